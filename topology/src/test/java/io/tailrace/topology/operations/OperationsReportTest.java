package io.tailrace.topology.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tailrace.topology.operations.OperationReport.Keeps;
import io.tailrace.topology.operations.OperationReport.Recent;
import io.tailrace.topology.operations.OperationsReport.Query;
import io.tailrace.topology.operations.OperationsReport.Row;
import io.tailrace.topology.operations.OperationsReport.Sort;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OperationsReportTest {
  /** An operation with this number of calls in the bucket of this duration. */
  private static OperationReport calls(String service, String name, long calls, long millis) {
    List<Long> buckets = new ArrayList<>(Collections.nCopies(DurationBuckets.COUNT, 0L));
    buckets.set(DurationBuckets.of(millis * 1_000_000), calls);
    return new OperationReport(
        service,
        name,
        "SPAN_KIND_SERVER",
        calls,
        calls / 2,
        calls / 2,
        calls / 4,
        calls / 4,
        calls,
        calls * millis / 1_000.,
        buckets,
        List.of(new Keeps("errors", calls / 4)),
        List.of(new Recent(service + calls, calls)));
  }

  private static OperationsReport report(String text, int limit, Sort sort) {
    return OperationsReport.of(
        List.of(
            calls("cart", "GET /cart", 80, 30),
            calls("cart", "GET /cart", 20, 300),
            calls("cart", "PUT /cart", 500, 1),
            calls("stock", "get /cart", 40, 20_000)),
        new Query(text, limit, sort),
        Map.of("a:1", "timeout"));
  }

  @Test
  void addsUpTheOperationsOfInstances() {
    OperationsReport report = report("", 10, Sort.CALLS);
    assertThat(report.total()).isEqualTo(3);
    assertThat(report.matching()).isEqualTo(3);
    assertThat(report.silent()).containsEntry("a:1", "timeout");
    Row cart = report.operations().get(1);
    assertThat(cart.of().calls()).isEqualTo(100);
    assertThat(cart.of().kept()).isEqualTo(25);
    assertThat(cart.of().seconds()).isEqualTo(8.4, within(1e-9));
    assertThat(cart.of().policies()).containsExactly(new Keeps("errors", 25));
    assertThat(cart.of().recent()).extracting(Recent::at).containsExactly(80L, 20L);
    // 80 in (10 ms, 50 ms], 20 in (200 ms, 400 ms]
    assertThat(cart.p50()).isEqualTo(0.035, within(1e-9));
    assertThat(cart.p95()).isEqualTo(0.35, within(1e-9));
    assertThat(report.operations().get(2).p50()).as("above all bounds").isEqualTo(15);
  }

  @Test
  void searchesAndSorts() {
    assertThat(names(report("GET", 10, Sort.NAME))).containsExactly("GET /cart", "get /cart");
    assertThat(names(report("StoCK", 10, Sort.NAME))).containsExactly("get /cart");
    assertThat(names(report("", 1, Sort.P99))).containsExactly("get /cart");
    assertThat(report("", 1, Sort.P99).matching()).isEqualTo(3);
    assertThat(names(report("", 1, Sort.DROPPED))).containsExactly("PUT /cart");
  }

  @Test
  void aBoundIsInTheBucketBelowIt() {
    assertThat(DurationBuckets.of(2_000_000)).isZero();
    assertThat(DurationBuckets.of(2_000_001)).isEqualTo(1);
    assertThat(DurationBuckets.of(Long.MAX_VALUE)).isEqualTo(DurationBuckets.COUNT - 1);
    assertThat(DurationBuckets.quantile(0.5, List.of())).isNull();
  }

  private static List<String> names(OperationsReport report) {
    return report.operations().stream().map(row -> row.of().operation()).toList();
  }
}
