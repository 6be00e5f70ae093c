package io.tailrace.loadtests.bench.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.loadtests.ShortLived;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A rolling restart guided by readiness delays no decision for long. */
@Tag("crash")
final class RollingRestartTest {
  private static final long LONGEST_DELAY_MILLIS = 5_000;
  private static final int INSTANCES = 3;

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(
      value = Scenario.class,
      names = {"KEYED", "UNKEYED"})
  void keepsEveryDecisionDelayBelowFiveSeconds(Scenario scenario) throws Exception {
    FleetOptions fleet = new FleetOptions();
    fleet.instances = INSTANCES;
    fleet.threads = 1;
    fleet.partitions = 6;
    fleet.jvmOptions = ShortLived.jvmOptions("256m");
    List<RollingRun.Restart> restarts = new ArrayList<>();
    try (Cluster cluster = Cluster.ownBroker(directory)) {
      RollingRun.Load load =
          new RollingRun.Load(scenario, 500, Duration.ofSeconds(5), Duration.ofSeconds(20), 1);
      new RollingRun(cluster, fleet, new TraceTemplates(TraceShape.USUAL, 1), directory)
          .of("rolling", load, restarts::add);
    }

    assertThat(restarts).hasSize(1 + INSTANCES);
    long withoutRestart = restarts.get(0).delays().quantile(1);
    long bound = Math.max(LONGEST_DELAY_MILLIS, 2 * withoutRestart); // the machine may be busy
    assertThat(restarts)
        .allSatisfy(
            restart -> {
              assertThat(restart.delays().count()).as("kept traces of %s", restart).isPositive();
              assertThat(restart.delays().quantile(1))
                  .as("greatest delay, ms, of %s", restart)
                  .isLessThan(bound);
            });
  }
}
