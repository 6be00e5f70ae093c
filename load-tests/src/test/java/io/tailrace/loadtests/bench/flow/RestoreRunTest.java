package io.tailrace.loadtests.bench.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.loadtests.ShortLived;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RestoreRunTest {
  private static final double SPANS_PER_TRACE = 12;

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({"1200,200", "1,1"})
  void acceptsStatesThatAnInstanceCanHave(long openSpans, long verdicts) {
    assertThat(RestoreRun.fault(new RestoreRun.State(openSpans, verdicts), SPANS_PER_TRACE))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"1200,199", "0,5", "-12,5"})
  void refusesOthers(long openSpans, long verdicts) {
    assertThat(RestoreRun.fault(new RestoreRun.State(openSpans, verdicts), SPANS_PER_TRACE))
        .startsWith(openSpans + ":" + verdicts + " (expected: ");
  }

  @ParameterizedTest
  @Tag("crash")
  @EnumSource(
      value = Scenario.class,
      names = {"KEYED", "UNKEYED"})
  void measuresARestartWithOpenTraces(Scenario scenario) throws Exception {
    FleetOptions fleet = new FleetOptions();
    fleet.threads = 1;
    fleet.partitions = 2;
    fleet.jvmOptions = ShortLived.jvmOptions("256m");
    TraceTemplates templates = new TraceTemplates(TraceShape.USUAL, 1);
    Figures figures;
    try (Cluster cluster = Cluster.ownBroker(directory)) {
      figures =
          new RestoreRun(cluster, fleet, scenario, templates, directory)
              .of("restore", new RestoreRun.State(12_000, 5_000));
    }

    assertThat(figures.get(RestoreRun.OPEN_TRACES) * templates.spansPerTrace())
        .isBetween(9_000.0, 15_000.0);
    assertThat(figures.get(RestoreRun.SECONDS)).isBetween(0.1, 60.0);
    assertThat(figures.get(RestoreRun.CPU_SECONDS)).isBetween(0.1, 60.0);
  }
}
