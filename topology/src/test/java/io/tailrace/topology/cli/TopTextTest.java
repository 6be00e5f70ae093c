package io.tailrace.topology.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tailrace.topology.console.FleetClient;
import io.tailrace.topology.console.FleetReport;
import io.tailrace.topology.fleet.FleetLine;
import io.tailrace.topology.fleet.InstanceStatus;
import io.tailrace.topology.operations.OperationReport;
import io.tailrace.topology.operations.OperationsReport;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TopTextTest {
  private static final String REPORT =
      """
      {"self": "a:1", "silent": {"c:1": "unknown host (expected: admin.host)"},
       "instances": [
         {"address": "a:1", "name": "t-1", "host": "a", "state": "RUNNING",
          "partitions": [{"topic": "s", "partition": 0, "lag": 4.0, "traces": 3},
                         {"topic": "s", "partition": 1, "lag": null, "traces": 9},
                         {"topic": "in", "partition": 0, "lag": 2.0}],
          "now": {"spans": 100.0, "open_traces": 12.0, "open_bytes": 2048.0, "lag_seconds": 0.5,
                  "heap_bytes": 104857600.0, "heap_max_bytes": 536870912.0}},
         {"address": "b:1", "name": "t-2", "host": "b", "state": "REBALANCING", "partitions": [],
          "now": {"spans": 300.0}}],
       "figures": {"end": 9, "minute_seconds": 20, "hour_seconds": 20,
         "series": {"spans": [1000.0, null, null, null, null, null, 3000.0, 5000.0],
                    "traces_sampled": [9.0, 0, 0, 0, 0, 0, 10.0, 10.0],
                    "traces_not_sampled": [9.0, 0, 0, 0, 0, 0, 30.0, 30.0],
                    "traces_dropped": [null, 0, 0, 0, 0, 0, 0, 0.0],
                    "spans_sampled": [0, 0, 0, 0, 0, 0, 100.0, 100.0],
                    "open_traces": [1.0, 12.0, null],
                    "open_bytes": [2048.0], "overdue_seconds": [0.25], "delay_seconds": [31.0],
                    "lag_seconds": [0.5]},
         "policies": [
           {"policy": "errors", "keeps": [],
            "minute": {"traces": 5, "spans": 50, "votes": {"sampled": 6, "not_sampled": 74}}},
           {"policy": "slow", "keeps": [],
            "minute": {"traces": 15, "spans": 150,
                       "votes": {"sampled": 15, "error": 2, "not_evaluated": 9}}},
           {"policy": "slow/part", "keeps": [], "minute": {"traces": 15, "votes": {}}}]}}
      """;

  private static final List<OperationsReport.Row> OPERATIONS =
      List.of(
          operation("GET /cart", "frontend", 1_000, 20, 100, 0.05),
          operation("a name that is longer than its column", "cart", 4, 0, 4, null));

  private static OperationsReport.Row operation(
      String name, String service, long calls, long errors, long kept, Double p50) {
    return new OperationsReport.Row(
        new OperationReport(
            service,
            name,
            "SPAN_KIND_SERVER",
            calls,
            errors,
            errors,
            kept,
            kept,
            kept,
            1,
            List.of(),
            List.of(),
            List.of()),
        p50,
        p50 == null ? null : p50 * 2,
        p50 == null ? null : p50 * 40);
  }

  private static TopText text(FleetReport report, TopSort sort, FleetLine... lines) {
    return new TopText(
        List.of(lines),
        new FleetClient.Answer(report, report == null ? List.of() : OPERATIONS, Map.of(), Map.of()),
        sort,
        List.of());
  }

  private static FleetReport report() throws Exception {
    return JsonMapper.builder()
        .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .build()
        .readValue(REPORT, FleetReport.class);
  }

  private static FleetLine line(String name, String admin) {
    return new FleetLine(
        name, "h", admin, "default", "alive", new InstanceStatus.Applied(7, "t"), null, null);
  }

  @Test
  void showsTheFleet_itsInstancesAndPolicies_alignedInColumns() throws Exception {
    assertThat(text(report(), TopSort.keeps, line("t-1", "a:1"), line("t-3", "c:1")).lines())
        .containsExactly(
            "fleet: 2 of 2 instances; 400 spans/s in, 10 kept; 25% of traces kept",
            "open: 12 traces, 2KiB, oldest 0.25s overdue; delay 31s; lag 6 records, 0.50s",
            "",
            "INSTANCE        STATE  VER  PARTS  SPANS/S  LAG  BEHIND  OPEN  BYTES   HEAP",
            "a:1           running    7      2      100    6   0.50s    12   2KiB  19.5%",
            "b:1       rebalancing    -      0      300    -       -     -      -      -",
            "c:1         no answer    7      -        -    -       -     -      -      -",
            "",
            "POLICY     VOTES/MIN   OF  KEEPS/MIN  SHARE  SPANS/MIN  ERRORS/MIN",
            "slow              45   51         45    75%        450           6",
            "slow/part          0    0         45    75%          0           0",
            "errors            18  240         15    25%        150           0",
            "",
            "OPERATION (SINCE START)   SERVICE  CALLS  ERRORS    P50    P95  P99  KEPT",
            "GET /cart                frontend  1,000      2%  0.05s  0.10s   2s   10%",
            "a name that is longer …      cart      4      0%      -      -    -  100%",
            "",
            "c:1: unknown host (expected: admin.host)");
  }

  @Test
  void sortsByAColumn_ofTheTableThatHasIt() throws Exception {
    assertThat(firstCells(TopSort.spans)).containsSubsequence("b:1", "a:1", "slow", "errors");
    assertThat(firstCells(TopSort.lag)).containsSubsequence("a:1", "b:1", "slow", "errors");
    assertThat(firstCells(TopSort.name)).containsSubsequence("a:1", "b:1", "errors", "slow");
  }

  private static List<String> firstCells(TopSort sort) throws Exception {
    return text(report(), sort).lines().stream().map(line -> line.split(" ")[0]).toList();
  }

  @Test
  void withoutAReport_showsWhatTheStatusTopicKnows_andWhyThereIsNoMore() {
    TopText text =
        new TopText(
            List.of(line("t-1", "a:1"), line("t-2", "b:1")),
            new FleetClient.Answer(
                null,
                List.of(),
                Map.of("a:1", "connection refused"),
                Map.of("b:1", "admin.token: none (expected: a token)")),
            TopSort.keeps,
            List.of("not updated: no answer"));

    assertThat(text.lines())
        .contains("not updated: no answer")
        .startsWith("fleet: 0 of 2 instances answer", "")
        .anyMatch(line -> line.startsWith("a:1       no answer    7"))
        .anyMatch(
            line -> line.startsWith("not reachable: a:1 (connection refused) (expected: admin.h"))
        .endsWith("b:1: admin.token: none (expected: a token)");
  }

  @Test
  void saysThatNothingRuns() {
    assertThat(text(null, TopSort.keeps).lines())
        .containsExactly(
            "fleet: 0 of 0 instances answer",
            "",
            "no instance is running (expected: one, with this application_id)");
  }

  @Test
  void removesControlCharacters() {
    assertThat(text(null, TopSort.keeps, line("t-1", "\u001b[2Ja:1")).lines())
        .noneMatch(line -> line.contains("\u001b"));
  }
}
