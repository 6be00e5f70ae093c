package io.tailrace.loadtests.bench.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ThroughputReportTest {
  private static final FilledTopic TOPIC =
      new FilledTopic("t", 10_000, 4_000, 1_000, 5_000_000, 1_000_000, 0);

  private final ThroughputReport report = new ThroughputReport();

  /** The machine was slow in the second round: ratios of medians would say 0.3, or 2. */
  @Test
  void comparesWithTheFloorOfTheSameRound() {
    add(Scenario.FLOOR, 1_000, 100);
    add(Scenario.KEYED, 500, 300);
    add(Scenario.FLOOR, 100, 1_000);
    add(Scenario.KEYED, 80, 2_000);
    add(Scenario.FLOOR, 2_000, 50);
    add(Scenario.KEYED, 1_200, 100);

    assertThat(line("spans/s / floor's")).endsWith("0.60 (0.50–0.80)");
    assertThat(line("floor's CPU / own")).endsWith("0.50 (0.33–0.50)");
    assertThat(line("spans/s  ")).endsWith("500 (80.0–1,200)");
  }

  @Test
  void printsNoRatio_withoutFloor() {
    add(Scenario.KEYED, 500, 300);

    assertThat(printed()).contains("keyed").doesNotContain("floor");
  }

  @Test
  void writesEachRound(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("out.json");
    add(Scenario.KEYED, 500, 300);
    add(Scenario.KEYED, 80, 2_000);

    report.write(file, Map.of("machine", "mine"));

    JsonNode json = new ObjectMapper().readTree(file.toFile());
    assertThat(json.path("machine").asText()).isEqualTo("mine");
    JsonNode rounds = json.path("scenarios").path("keyed");
    assertThat(rounds).hasSize(2);
    assertThat(rounds.path(1).path("spans/s").asDouble()).isEqualTo(80);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {"3 1 2; 2.00 (1.00–3.00)", "4 1 2 3; 2.50 (1.00–4.00)", "7; 7.00", "0.01; 0.010"})
  void mediansAreTheMiddle_betweenTwoIfEven(String values, String text) {
    List<Double> all = List.of(values.split(" ")).stream().map(Double::valueOf).toList();

    assertThat(Medians.of(all).text()).isEqualTo(text);
  }

  @Test
  void delaysHaveQuantiles() {
    Delays delays = new Delays();
    assertThat(delays.quantile(.5)).isEqualTo(-1);
    for (int i = 1; i <= 100; i++) {
      delays.add(i);
    }
    assertThat(delays.quantile(.5)).isEqualTo(50);
    assertThat(delays.quantile(.99)).isEqualTo(99);
    assertThat(delays.quantile(1)).isEqualTo(100);

    delays.add(-5);
    delays.add(Long.MAX_VALUE);
    assertThat(delays.count()).isEqualTo(102);
    assertThat(delays.quantile(0.001)).isZero();
    assertThat(delays.quantile(1)).isEqualTo(600_000);
  }

  /** So many spans a second, and microseconds of CPU each. */
  private void add(Scenario scenario, long spansPerSecond, long micros) {
    report.add(
        scenario,
        Figures.of(
            new Figures.Window(
                sample(0, 0, 0),
                sample(1_000_000_000L, spansPerSecond, spansPerSecond * micros * 1_000),
                0,
                -1),
            TOPIC));
  }

  private static Sample sample(long nanos, long spans, long cpu) {
    return new Sample(nanos, spans, spans, 0, 0, 0, 0, 0, cpu, 0, 0, 0, 0, 0, 0, 0);
  }

  private String line(String name) {
    return printed().lines().filter(line -> line.startsWith(name)).findFirst().orElseThrow();
  }

  private String printed() {
    StringWriter text = new StringWriter();
    report.print(new PrintWriter(text));
    return text.toString();
  }
}
