package io.tailrace.topology.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FleetReportTest {
  @Test
  void sumsUpCounts_andTakesTheWorstTime() {
    FleetReport report =
        FleetReport.of(
            "a:1",
            List.of(
                instance("a:1", 10, new Double[] {1.0, null, 3.0}, new Double[] {0.5, 2.0, 1.0}),
                instance(
                    "b:1", 10, new Double[] {10.0, 20.0, null}, new Double[] {1.5, 1.0, null})),
            Map.of("c:1", "connection refused"));

    assertThat(report.figures().series().get("spans")).containsExactly(11.0, 20.0, 3.0);
    assertThat(report.figures().series().get("lag_seconds")).containsExactly(1.5, 2.0, 1.0);
    Figures.OfPolicy errors = report.figures().policies().get(0);
    assertThat(errors.hour().traces()).isEqualTo(4);
    assertThat(errors.hour().votes()).containsEntry("sampled", 6.0);
    assertThat(report.instances()).extracting(InstanceReport::figures).containsOnlyNulls();
    assertThat(report.silent()).containsKey("c:1");
  }

  @Test
  void endsWhereAllHaveComeTo_unlessOneIsFarBehind() {
    Double[] known = {1.0, 2.0, 3.0};
    FleetReport aStep =
        FleetReport.of(
            "a:1",
            List.of(instance("a:1", 11, known, known), instance("b:1", 10, known, known)),
            Map.of());
    assertThat(aStep.figures().end()).isEqualTo(10);
    assertThat(Arrays.asList(aStep.figures().series().get("spans"))).containsExactly(1.0, 3.0, 5.0);

    FleetReport stopped =
        FleetReport.of(
            "a:1",
            List.of(instance("a:1", 20, known, known), instance("b:1", 10, known, known)),
            Map.of());
    assertThat(stopped.figures().end()).isEqualTo(20);
    assertThat(stopped.figures().series().get("spans")).containsExactly(1.0, 2.0, 3.0);
  }

  private static InstanceReport instance(String address, long end, Double[] spans, Double[] lag) {
    Figures.Totals totals = new Figures.Totals(2, 20, 200, 0.1, 30, 29, Map.of("sampled", 3.0));
    Figures figures =
        new Figures(
            end,
            60,
            3600,
            Map.of("spans", spans, "lag_seconds", lag),
            List.of(new Figures.OfPolicy("errors", totals, totals, new Double[] {1.0, null})));
    return new InstanceReport(
        address,
        address,
        "host",
        "2026-11-21T08:00:00Z",
        "RUNNING",
        null,
        List.of(),
        figures,
        Map.of(),
        List.of());
  }
}
