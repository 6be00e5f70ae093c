package io.tailrace.loadtests;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

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
          Broker broker = scenario.anyBroker();
          broker.kill();
          pass(away);
          broker.start();
        });
  }

  static Fault brokerStopped(Duration away) {
    return new Fault(
        "broker stopped, away for " + away,
        scenario -> {
          Broker broker = scenario.anyBroker();
          broker.stop();
          pass(away);
          broker.start();
        });
  }

  /** kill -9 of a broker; the instances go on before it returns. */
  static Fault brokerAway(Duration atLeast) {
    return new Fault(
        "one of several brokers away for " + atLeast,
        scenario -> {
          Broker broker = scenario.anyBroker();
          broker.kill();
          pass(atLeast);
          scenario.awaitAllGoOn();
          broker.start();
        });
  }

  /** kill -9 of the broker with the leading controller. */
  static Fault controllerKilled() {
    return new Fault(
        "controller killed",
        scenario -> {
          Broker former = scenario.brokers().controller();
          former.kill();
          scenario.brokers().awaitOtherController(former);
          scenario.awaitAllGoOn();
          former.start();
        });
  }

  /** kill -9 of two brokers at once: of three, too few are left to write. */
  static Fault twoBrokersKilled(Duration away) {
    return new Fault(
        "two brokers killed, away for " + away,
        scenario -> {
          List<Broker> two = new ArrayList<>(scenario.brokers().brokers());
          Collections.shuffle(two, scenario.random());
          two = two.subList(0, 2);
          two.forEach(Broker::kill);
          pass(away);
          scenario.brokers().start(two);
        });
  }

  /** kill -9 of an instance and of a broker at once. */
  static Fault killWithABroker() {
    return new Fault(
        "instance and broker killed",
        scenario -> {
          int instance = scenario.anyInstance();
          Broker broker = scenario.anyBroker();
          scenario.kill(instance);
          broker.kill();
          scenario.start(instance);
          broker.start();
        });
  }

  /** Every partition gets another leader, also those of offsets and transactions. */
  static Fault leadersMoved() {
    return new Fault("leaders moved", scenario -> scenario.brokers().moveLeaders());
  }

  /** Every broker is stopped in order, and started, once all replicas are in sync. */
  static Fault rollingRestartOfBrokers() {
    return new Fault(
        "rolling restart of brokers",
        scenario -> {
          for (Broker broker : scenario.brokers().brokers()) {
            scenario.brokers().awaitInSync();
            broker.stop();
            broker.start();
          }
        });
  }

  /** Every instance is stopped in order, and started; the next one once all go on. */
  static Fault rollingRestart() {
    return new Fault(
        "rolling restart of instances",
        scenario -> {
          for (int instance : scenario.runningInstances()) {
            scenario.leave(instance);
            scenario.start(instance);
            scenario.awaitAllGoOn();
          }
        });
  }

  /** The driver still reaches the broker, the engines do not. */
  static Fault connectionCut(Duration time) {
    return new Fault(
        "connection cut for " + time,
        scenario -> {
          List<TcpProxy> proxies = scenario.anyBroker().proxies();
          proxies.forEach(TcpProxy::cut);
          pass(time);
          proxies.forEach(TcpProxy::restore);
        });
  }

  static Fault connectionSlow(Duration time) {
    return new Fault(
        "connection slow for " + time,
        scenario -> {
          List<TcpProxy> proxies = scenario.anyBroker().proxies();
          proxies.forEach(proxy -> proxy.slowDown(100));
          pass(time);
          proxies.forEach(TcpProxy::restore);
        });
  }

  /** Packets between one instance and one broker are lost; all others reach each other. */
  static Fault partition(Duration time) {
    return new Fault(
        "no connection between an instance and a broker for " + time,
        scenario -> {
          TcpProxy proxy = scenario.anyBroker().proxy(scenario.anyInstance());
          proxy.silence();
          pass(time);
          proxy.restore();
        });
  }

  /** As {@link #partition}, and kill -9 of the instance meanwhile. */
  static Fault killDuringPartition(Duration time) {
    return new Fault(
        "kill without a connection to a broker for " + time,
        scenario -> {
          int instance = scenario.anyInstance();
          TcpProxy proxy = scenario.anyBroker().proxy(instance);
          proxy.silence();
          pass(time.dividedBy(2));
          scenario.kill(instance);
          scenario.start(instance);
          pass(time.dividedBy(2));
          proxy.restore();
        });
  }

  /**
   * Adds partitions to the ingest topic while an instance is killed. They receive spans after the
   * others have had time to learn of them.
   */
  static Fault killWhileItGrows(int partitions, Duration toHear) {
    return new Fault(
        "kill while the ingest topic grows by " + partitions,
        scenario -> {
          int instance = scenario.anyInstance();
          scenario.kill(instance);
          scenario.addPartitions(partitions);
          scenario.start(instance);
          pass(toHear);
          scenario.awaitAllGoOn();
          scenario.writeToMore(partitions);
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
