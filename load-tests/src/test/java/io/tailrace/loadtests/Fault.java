package io.tailrace.loadtests;

import java.time.Duration;
import java.time.Instant;

/** Something that happens to a fleet; it is over once all instances go on. */
record Fault(String name, Action action) {
  interface Action {
    void strike(Scenario scenario) throws Exception;
  }

  /** kill -9, and a restart that finds the state directory. */
  static Fault kill() {
    return new Fault(
        "kill",
        scenario -> {
          int instance = scenario.anyInstance();
          scenario.kill(instance);
          scenario.start(instance);
        });
  }

  /** kill -9, and a restart elsewhere. */
  static Fault killAndLoseState() {
    return new Fault(
        "kill and lose state",
        scenario -> {
          int instance = scenario.anyInstance();
          scenario.kill(instance);
          scenario.loseState(instance);
          scenario.start(instance);
        });
  }

  /** kill -9 of what has just been started: while it joins, or restores. */
  static Fault killTwice() {
    return new Fault(
        "kill while it starts",
        scenario -> {
          int instance = scenario.anyInstance();
          scenario.kill(instance);
          scenario.start(instance);
          pass(Duration.ofMillis(1_500 + scenario.random().nextInt(3_000)));
          scenario.kill(instance);
          scenario.start(instance);
        });
  }

  /** One more instance. */
  static Fault scaleOut() {
    return new Fault("scale out", scenario -> scenario.start(scenario.freeInstance()));
  }

  /** One instance less, stopped in order. */
  static Fault scaleIn() {
    return new Fault("scale in", scenario -> scenario.leave(scenario.anyInstance()));
  }

  /** One instance less, killed. */
  static Fault killForGood() {
    return new Fault("kill for good", scenario -> scenario.kill(scenario.anyInstance()));
  }

  /** Pauses an instance until its session and its transaction have expired. */
  static Fault zombie() {
    return new Fault(
        "zombie",
        scenario -> {
          int instance = scenario.anyInstance();
          scenario.freeze(instance);
          pass(Scenario.SESSION.multipliedBy(3));
          if (scenario.instances() > 1) {
            scenario.awaitAllGoOn(); // the others have taken over
          }
          scenario.thaw(instance);
        });
  }

  static Fault brokerKilled(Duration away) {
    return new Fault(
        "broker killed, away for " + away,
        scenario -> {
          scenario.broker().kill();
          pass(away);
          scenario.broker().start();
        });
  }

  static Fault brokerStopped(Duration away) {
    return new Fault(
        "broker stopped, away for " + away,
        scenario -> {
          scenario.broker().stop();
          pass(away);
          scenario.broker().start();
        });
  }

  /** The driver still reaches the broker, the engines do not. */
  static Fault connectionCut(Duration time) {
    return new Fault(
        "connection cut for " + time,
        scenario -> {
          scenario.broker().proxy().cut();
          pass(time);
          scenario.broker().proxy().restore();
        });
  }

  static Fault connectionSlow(Duration time) {
    return new Fault(
        "connection slow for " + time,
        scenario -> {
          scenario.broker().proxy().slowDown(100);
          pass(time);
          scenario.broker().proxy().restore();
        });
  }

  static Fault policies(String document) {
    return new Fault("other policies", scenario -> scenario.publish(document));
  }

  /** No fault at all, if shadows change nothing. */
  static Fault shadowPolicies(String document) {
    return new Fault("other shadow policies", scenario -> scenario.publishShadow(document));
  }

  /** Policies of which some end while the next faults are done. */
  static Fault policiesFor(Duration time) {
    return new Fault(
        "policies for " + time,
        scenario -> scenario.publish(Documents.until(Instant.now().plus(time))));
  }

  static Fault invalidPolicies() {
    return new Fault(
        "invalid policies",
        scenario -> {
          for (String document : Documents.INVALID) {
            scenario.publish(document);
          }
        });
  }

  /** New policies, and a kill before all that was open at the change is decided. */
  static Fault killAtPolicyChange(String document) {
    return new Fault(
        "kill at policy change",
        scenario -> {
          scenario.publish(document);
          pass(Duration.ofMillis(scenario.random().nextInt(1_500)));
          kill().action.strike(scenario);
        });
  }

  /** The fault itself is that time passes. */
  private static void pass(Duration time) throws InterruptedException {
    Thread.sleep(time.toMillis());
  }
}
