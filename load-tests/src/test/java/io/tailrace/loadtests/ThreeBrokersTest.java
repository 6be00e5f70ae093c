package io.tailrace.loadtests;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Faults of brokers among three, with three replicas of which two must be in sync, compared as in
 * {@link LongCrashTest}. {@code -Dcrash.seed}, {@code -Dcrash.rounds} and {@code -Dcrash.from} as
 * there, with 20 rounds by default.
 */
@Tag("crash")
class ThreeBrokersTest {
  private static final int BROKERS = 3;

  /** A dead leader is replaced after 9 s; spans of its partitions wait for so long. */
  private static final Duration LONGEST_CUT = Duration.ofSeconds(15);

  /** Keyed or not, with both guarantees. */
  @Retention(RetentionPolicy.RUNTIME)
  @ParameterizedTest
  @CsvSource({
    "true, exactly_once",
    "false, exactly_once",
    "true, at_least_once",
    "false, at_least_once"
  })
  private @interface InEachMode {}

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path directory;

  @InEachMode
  void exportEqualsTheOracle_whenBrokersAreKilled(boolean keyed, String guarantee)
      throws Exception {
    run(
        options(keyed, guarantee),
        Fault.brokerKilled(Duration.ZERO),
        Fault.killWithABroker(),
        Fault.twoBrokersKilled(Duration.ofSeconds(2)));
  }

  @InEachMode
  void exportEqualsTheOracle_whenLeadersAndControllersMove(boolean keyed, String guarantee)
      throws Exception {
    run(
        options(keyed, guarantee),
        Fault.leadersMoved(),
        Fault.controllerKilled(),
        Fault.leadersMoved(),
        Fault.kill(),
        Fault.leadersMoved());
  }

  @InEachMode
  void exportEqualsTheOracle_whenABrokerIsAwayForAMinute(boolean keyed, String guarantee)
      throws Exception {
    run(options(keyed, guarantee), Fault.brokerAway(Duration.ofMinutes(1)), Fault.kill());
  }

  @InEachMode
  void exportEqualsTheOracle_overRollingRestarts(boolean keyed, String guarantee) throws Exception {
    run(options(keyed, guarantee), Fault.rollingRestartOfBrokers(), Fault.rollingRestart());
  }

  /** Below the request time-out of the clients, and above it. */
  @InEachMode
  void exportEqualsTheOracle_whenAnInstanceDoesNotReachABroker(boolean keyed, String guarantee)
      throws Exception {
    run(
        options(keyed, guarantee).cutOffFor(Duration.ofSeconds(60)).mostOpen(0.5),
        Fault.partition(Duration.ofSeconds(10)),
        Fault.partition(Duration.ofSeconds(40)),
        Fault.killDuringPartition(Duration.ofSeconds(10)));
  }

  @ParameterizedTest
  @MethodSource("stretches")
  void exportEqualsTheOracle_overManyKills(Stretch stretch) throws Exception {
    Random random = stretch.random();
    List<Supplier<Fault>> kinds =
        List.of(
            Fault::kill,
            Fault::killAndLoseState,
            Fault::killTwice,
            Fault::killWithABroker,
            Fault::controllerKilled,
            Fault::leadersMoved,
            () -> Fault.brokerKilled(Duration.ofMillis(random.nextInt(12_000))),
            () -> Fault.brokerStopped(Duration.ofMillis(random.nextInt(4_000))),
            () -> Fault.twoBrokersKilled(Duration.ofMillis(random.nextInt(4_000))));
    run(onThree(stretch.options()), stretch.faults(kinds, random));
    stretch.passed();
  }

  static Stream<Stretch> stretches() {
    return Stretch.left(LongCrashTest.SEED, 20);
  }

  private static ScenarioOptions options(boolean keyed, String guarantee) {
    ScenarioOptions options =
        onThree(
            keyed
                ? ScenarioOptions.keyed(LongCrashTest.SEED)
                : ScenarioOptions.unkeyed(LongCrashTest.SEED));
    return guarantee.equals("at_least_once") ? options.atLeastOnce() : options;
  }

  private static ScenarioOptions onThree(ScenarioOptions options) {
    return options.brokers(BROKERS).cutOffFor(LONGEST_CUT).mostOpen(0.2);
  }

  private void run(ScenarioOptions options, Fault... faults) throws Exception {
    try (Scenario scenario = new Scenario(directory, options)) {
      scenario.begin(2);
      scenario.brokers().assertReplicated(BROKERS, 2);
      scenario.suffer(faults);
      scenario.verify();
    }
  }
}
