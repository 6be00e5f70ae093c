package io.tailrace.loadtests;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a scenario runs on.
 *
 * @param policySlack how late an instance may hear of new policies; as long as it may be cut off
 * @param mostOpen the share of traces that the log may leave open, 0 to 1
 * @param brokers how many; 3 have 3 replicas of each partition, 2 of them in sync
 * @param settings of the engines, above the scenario's own
 */
record ScenarioOptions(
    long seed,
    String guarantee,
    DriverOptions driver,
    Duration policySlack,
    double mostOpen,
    int brokers,
    Map<String, String> settings) {

  static ScenarioOptions keyed(long seed) {
    return of(seed, true, 0.05);
  }

  static ScenarioOptions unkeyed(long seed) {
    return of(seed, false, 0.05);
  }

  private static ScenarioOptions of(long seed, boolean keyed, double mostOpen) {
    return new ScenarioOptions(
        seed,
        "exactly_once",
        DriverOptions.of(keyed, 4, Scenario.DECISION_WAIT.toMillis()),
        Duration.ofSeconds(2),
        mostOpen,
        1,
        Map.of());
  }

  ScenarioOptions atLeastOnce() {
    return new ScenarioOptions(
        seed, "at_least_once", driver, policySlack, mostOpen, brokers, settings);
  }

  ScenarioOptions driver(DriverOptions other) {
    return new ScenarioOptions(seed, guarantee, other, policySlack, mostOpen, brokers, settings);
  }

  ScenarioOptions cutOffFor(Duration longest) {
    return new ScenarioOptions(
            seed, guarantee, driver, policySlack.plus(longest), mostOpen, brokers, settings)
        .set("TAILRACE_VERDICT_RETENTION", "10m"); // spans planned before the cut are even later
  }

  ScenarioOptions mostOpen(double share) {
    return new ScenarioOptions(seed, guarantee, driver, policySlack, share, brokers, settings);
  }

  ScenarioOptions brokers(int count) {
    return new ScenarioOptions(seed, guarantee, driver, policySlack, mostOpen, count, settings);
  }

  ScenarioOptions set(String variable, String value) {
    Map<String, String> more = new TreeMap<>(settings);
    more.put(variable, value);
    return new ScenarioOptions(seed, guarantee, driver, policySlack, mostOpen, brokers, more);
  }
}
