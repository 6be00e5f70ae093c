package io.tailrace.loadtests.bench.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.loadtests.ShortLived;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Budgets and learnt rates do not depend on the number of instances or on crashes. */
@Tag("crash")
final class BudgetRunTest {
  private static final int SECONDS = 90;
  private static final String POLICIES =
      """
      policies:
        - name: budget
          type: adaptive_throughput
          adaptive_throughput:
            goal_throughput: 500
            adjustment_interval: 5s
            fingerprint_attributes: ['resource.attributes["service.name"]']
        - {name: limit, type: rate_limiting, rate_limiting: {spans_per_second: 200}}
      """;

  @TempDir Path directory;

  @Test
  void decisionsAreThoseOfTheLog_whoeverMakesThem() throws Exception {
    FleetOptions options = new FleetOptions();
    options.threads = 1;
    options.partitions = 6;
    options.jvmOptions = ShortLived.jvmOptions("256m");
    try (Cluster cluster = Cluster.ownBroker(directory)) {
      BudgetRun run = new BudgetRun(cluster, options, directory);
      BudgetRun.Filled topic = run.fill("in", BudgetTraffic.Course.STEP, SECONDS, 5);

      BudgetFigures one = run.run("one", topic, POLICIES, 1, 0).figures();
      BudgetFigures killed = run.run("killed", topic, POLICIES, 2, 4).figures();

      assertThat(killed.traces()).isEqualTo(one.traces());
      assertThat(killed.keptSpans()).isEqualTo(one.keptSpans());
      assertThat(killed.digest()).as("of all decisions and their times").isEqualTo(one.digest());
      assertThat(one.chiSquaredShare()).isBetween(.01, 1.);
    }
  }
}
