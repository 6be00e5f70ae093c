package io.tailrace.loadtests.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.loadtests.ShortLived;
import io.tailrace.loadtests.bench.compare.Contenders.Side;
import io.tailrace.loadtests.bench.flow.Cluster;
import io.tailrace.loadtests.bench.flow.Figures;
import io.tailrace.loadtests.bench.flow.FleetOptions;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("crash")
class GatewayRunTest {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void measuresTheGateway_whichLosesNothing(boolean gzip) throws Exception {
    FleetOptions fleet = new FleetOptions();
    fleet.partitions = 2;
    fleet.jvmOptions = ShortLived.jvmOptions("256m");
    GatewayRun.Load load = new GatewayRun.Load(2_000, Duration.ofSeconds(3), Duration.ofSeconds(5));
    Figures figures;
    try (Cluster cluster = Cluster.ownBroker(directory)) {
      figures = new GatewayRun(cluster, fleet, null, gzip, directory).of(Side.TAILRACE, "g", load);
    }

    assertThat(figures.get("acknowledged spans lost")).isZero();
    assertThat(figures.get("refused requests")).isZero();
    assertThat(figures.get("spans/s")).isBetween(1_000.0, 2_500.0);
    assertThat(figures.get("CPU µs/span")).isPositive();
  }
}
