package io.tailrace.loadtests.bench.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.loadtests.ShortLived;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("crash")
class ScrapeRunTest {
  @TempDir Path directory;

  @Test
  void measuresRequests() throws Exception {
    FleetOptions fleet = new FleetOptions();
    fleet.threads = 1;
    fleet.partitions = 2;
    fleet.jvmOptions = ShortLived.jvmOptions("256m");
    List<ScrapeRun.Cost> costs;
    try (Cluster cluster = Cluster.ownBroker(directory)) {
      costs =
          new ScrapeRun(cluster, fleet, new TraceTemplates(TraceShape.USUAL, 1), directory)
              .of("scrape", List.of("/metrics"), Duration.ofSeconds(5), 1);
    }

    assertThat(costs)
        .singleElement()
        .satisfies(
            cost -> {
              assertThat(cost.requests()).isGreaterThan(10);
              assertThat(cost.bytes()).isGreaterThan(10_000);
              assertThat(cost.cpuMillis())
                  .singleElement()
                  .satisfies(ms -> assertThat(ms).isLessThan(500));
            });
  }
}
