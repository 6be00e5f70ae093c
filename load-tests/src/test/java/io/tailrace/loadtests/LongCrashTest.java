package io.tailrace.loadtests;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The long form of {@link CrashTest}: {@code mvn verify -Pcrash}, about an hour by itself. {@code
 * -Dcrash.seed} repeats a run as far as processes can be repeated, {@code -Dcrash.rounds} is the
 * number of kills, and {@code -Dcrash.from} of these are left out, because a former run did them.
 */
@Tag("crash")
class LongCrashTest {
  static final long SEED = Long.getLong("crash.seed", System.nanoTime());

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path directory;

  @ParameterizedTest
  @MethodSource("stretches")
  void exportEqualsTheOracle_overManyKills(Stretch stretch) throws Exception {
    Random random = stretch.random();
    List<Supplier<Fault>> kinds =
        List.of(Fault::kill, Fault::killAndLoseState, Fault::kill, Fault::killTwice);
    run(stretch.options(), 1 + random.nextInt(2), stretch.faults(kinds, random));
    stretch.passed();
  }

  static Stream<Stretch> stretches() {
    return Stretch.left(SEED, 200);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void exportEqualsTheOracle_whenAZombieComesBack(boolean keyed) throws Exception {
    run(options(keyed), 2, Fault.zombie(), Fault.zombie(), Fault.kill(), Fault.zombie());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void exportEqualsTheOracle_whenItScales(boolean keyed) throws Exception {
    run(
        options(keyed),
        1,
        Fault.scaleOut(),
        Fault.scaleOut(),
        Fault.killForGood(),
        Fault.scaleOut(),
        Fault.scaleIn(),
        Fault.scaleIn());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void exportEqualsTheOracle_whenTheBrokerIsAwayForLong(boolean keyed) throws Exception {
    Duration away = Duration.ofSeconds(Long.getLong("crash.outage", 200));
    run(
        options(keyed).cutOffFor(away).mostOpen(0.5),
        2,
        Fault.brokerKilled(away),
        Fault.brokerStopped(Duration.ofSeconds(5)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void exportEqualsTheOracle_whenConnectionsAreCutAndSlow(boolean keyed) throws Exception {
    run(
        options(keyed).cutOffFor(Duration.ofSeconds(20)).mostOpen(0.3),
        2,
        Fault.connectionCut(Duration.ofSeconds(1)),
        Fault.connectionSlow(Duration.ofSeconds(5)),
        Fault.connectionCut(Duration.ofSeconds(8)),
        Fault.connectionCut(Duration.ofMillis(100)),
        Fault.connectionCut(Duration.ofSeconds(20)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void exportHasAllThatTheOracleSays_atLeastOnce(boolean keyed) throws Exception {
    run(
        options(keyed).atLeastOnce(),
        2,
        Fault.kill(),
        Fault.zombie(),
        Fault.killAndLoseState(),
        Fault.kill());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void exportEqualsTheOracle_whenPoliciesChange(boolean keyed) throws Exception {
    run(
        options(keyed).mostOpen(0.3),
        2,
        Fault.policies(Documents.VALID.get(0)),
        Fault.invalidPolicies(),
        Fault.killAtPolicyChange(Documents.VALID.get(1)),
        Fault.invalidPolicies(),
        Fault.killAtPolicyChange(Documents.VALID.get(2)),
        Fault.kill());
  }

  /** Keyed: unkeyed, the log leaves open whether most traces are due before the policies end. */
  @Test
  void exportEqualsTheOracle_withShadows_andWhenPoliciesEnd() throws Exception {
    run(
        options(true).mostOpen(0.3),
        2,
        Fault.shadowPolicies(Documents.VALID.get(0)),
        Fault.policiesFor(Duration.ofSeconds(8)),
        Fault.kill(),
        Fault.shadowPolicies(Documents.VALID.get(1)),
        Fault.killAndLoseState(),
        Fault.policiesFor(Duration.ofSeconds(4)),
        Fault.shadowPolicies(null),
        Fault.kill());
  }

  /** Out of order by more than a second, some a day behind. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void exportEqualsTheOracle_whenRecordsAreStampedInThePast(boolean keyed) throws Exception {
    DriverOptions driver = DriverOptions.of(keyed, 4, Scenario.DECISION_WAIT.toMillis());
    run(
        options(keyed).driver(driver.stampedWrongly(1_500, 0.01, 0)).mostOpen(0.3),
        1,
        Fault.kill(),
        Fault.kill());
  }

  @Test
  void exportEqualsTheOracle_whenRecordsAreStampedInTheFuture() throws Exception {
    DriverOptions driver = DriverOptions.of(true, 4, Scenario.DECISION_WAIT.toMillis());
    run(
        options(true)
            .driver(driver.stampedWrongly(0, 0, 0.001))
            .set("TAILRACE_INGEST_ALLOWED_CLOCK_SKEW", "2s")
            // Cut to the clock of its reader, such a record makes verdicts expire in a backlog.
            .set("TAILRACE_VERDICT_RETENTION", "10m")
            .mostOpen(0.3),
        1,
        Fault.kill(),
        Fault.kill());
  }

  /** Restarts in the middle of the retention, with late spans until just before its end. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void exportEqualsTheOracle_whenVerdictsAreKeptForShort(boolean keyed) throws Exception {
    DriverOptions driver = DriverOptions.of(keyed, 4, Scenario.DECISION_WAIT.toMillis());
    run(
        options(keyed)
            .driver(driver.stampedWrongly(2_000, 0, 0))
            .set("TAILRACE_VERDICT_RETENTION", "8s"),
        1,
        Fault.kill(),
        Fault.kill(),
        Fault.killAndLoseState(),
        Fault.kill(),
        Fault.killTwice(),
        Fault.kill());
  }

  /** Ten times as fast: many windows on disk, verdicts that expire. */
  @Test
  void exportEqualsTheOracle_overManyWindows() throws Exception {
    DriverOptions driver = DriverOptions.of(true, 4, Scenario.DECISION_WAIT.toMillis());
    run(
        options(true).driver(driver.fast(10)).set("TAILRACE_BUFFER_WINDOW", "1s"),
        2,
        Fault.kill(),
        Fault.zombie(),
        Fault.killAndLoseState(),
        Fault.kill());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void exportEqualsTheOracle_whenAPartitionIsIdle(boolean keyed) throws Exception {
    DriverOptions driver = DriverOptions.of(keyed, 4, Scenario.DECISION_WAIT.toMillis());
    run(options(keyed).driver(driver.busy(3)), 1, Fault.kill(), Fault.kill());
  }

  /** Unkeyed: keyed, traces would be split. */
  @Test
  void exportEqualsTheOracle_whenTheIngestTopicGrows() throws Exception {
    run(
        options(false).set("TAILRACE_KAFKA_METADATA_MAX_AGE_MS", "1000"),
        2,
        Fault.killWhileItGrows(1, Duration.ofSeconds(3)),
        Fault.kill(),
        Fault.killWhileItGrows(3, Duration.ofSeconds(3)));
  }

  /** No other instance takes over. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void exportEqualsTheOracle_whenTheOnlyInstanceIsPaused(boolean keyed) throws Exception {
    run(options(keyed).cutOffFor(Duration.ofSeconds(10)), 1, Fault.zombie(), Fault.zombie());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void exportEqualsTheOracle_underAMixOfFaults(boolean keyed) throws Exception {
    Random random = new Random(SEED);
    List<Supplier<Fault>> kinds =
        List.of(
            Fault::kill,
            Fault::killAndLoseState,
            Fault::killTwice,
            Fault::zombie,
            Fault::invalidPolicies,
            () -> Fault.policies(Documents.VALID.get(random.nextInt(Documents.VALID.size()))),
            () -> Fault.connectionCut(Duration.ofMillis(100 + random.nextInt(4_000))),
            () -> Fault.connectionSlow(Duration.ofMillis(100 + random.nextInt(4_000))),
            () -> Fault.brokerKilled(Duration.ofMillis(random.nextInt(4_000))),
            () -> Fault.brokerStopped(Duration.ofMillis(random.nextInt(4_000))));
    run(options(keyed).cutOffFor(Duration.ofSeconds(15)).mostOpen(0.6), 2, some(kinds, 12, random));
  }

  private static Fault[] some(List<Supplier<Fault>> kinds, int count, Random random) {
    List<Fault> faults = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      faults.add(kinds.get(random.nextInt(kinds.size())).get());
    }
    return faults.toArray(Fault[]::new);
  }

  private static ScenarioOptions options(boolean keyed) {
    return keyed ? ScenarioOptions.keyed(SEED) : ScenarioOptions.unkeyed(SEED);
  }

  private void run(ScenarioOptions options, int instances, Fault... faults) throws Exception {
    try (Scenario scenario = new Scenario(directory, options)) {
      scenario.begin(instances);
      scenario.suffer(faults);
      scenario.verify();
    }
  }
}
