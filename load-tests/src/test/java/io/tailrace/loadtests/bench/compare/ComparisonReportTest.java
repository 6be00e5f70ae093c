package io.tailrace.loadtests.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tailrace.loadtests.bench.compare.Contenders.Side;
import io.tailrace.loadtests.bench.flow.Figures;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ComparisonReportTest {
  private final ComparisonReport report = new ComparisonReport();

  /** Ratios of medians would say 2; the machine was slow in the second round. */
  @Test
  void comparesTurnsOfTheSameRound() {
    add(Side.TAILRACE, 2, 0);
    add(Side.COLLECTOR, 8, 5);
    add(Side.TAILRACE, 10, 0);
    add(Side.COLLECTOR, 40, 7);
    add(Side.TAILRACE, 4, 0);
    add(Side.COLLECTOR, 8, 6);

    assertThat(report.markdown(Map.of()))
        .contains("### keyed\n")
        .contains("| median (least–greatest) | Tailrace | Collector | Collector / Tailrace |\n")
        .contains("|---|---|---|---|\n")
        .contains("| CPU | 4.00 (2.00–10.0) | 8.00 (8.00–40.0) | 4.00 (2.00–4.00) |\n");
  }

  @Test
  void hasNoRatio_whereTailraceHasNone() {
    add(Side.TAILRACE, 2, 0);
    add(Side.COLLECTOR, 8, 5);

    assertThat(report.markdown(Map.of("machine", "2 cores")))
        .contains("| lost | 0.000 | 5.00 | - |\n")
        .endsWith("* machine: 2 cores\n");
  }

  @Test
  void printsOneSide_withoutRatio() {
    add(Side.COLLECTOR, 8, 5);
    StringWriter text = new StringWriter();
    report.print(new PrintWriter(text));

    assertThat(text.toString()).contains("keyed", "Collector", "8.00").doesNotContain("Tailrace");
  }

  @Test
  void writesEachRound(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("out.json");
    add(Side.TAILRACE, 2, 0);
    add(Side.TAILRACE, 3, 0);
    add(Side.COLLECTOR, 8, 5);

    report.write(file, Map.of("machine", "2 cores"));

    JsonNode json = new ObjectMapper().readTree(file.toFile());
    assertThat(json.path("machine").asText()).isEqualTo("2 cores");
    JsonNode keyed = json.path("comparisons").path("keyed");
    assertThat(keyed.path("Tailrace")).hasSize(2);
    assertThat(keyed.path("Tailrace").path(1).path("CPU").asDouble()).isEqualTo(3);
    assertThat(keyed.path("Collector").path(0).path("lost").asDouble()).isEqualTo(5);
  }

  private void add(Side side, double cpu, long lost) {
    Figures figures = new Figures();
    figures.put("CPU", cpu);
    figures.put("lost", lost);
    report.add("keyed", side, figures);
  }
}
