package io.tailrace.topology.operations;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.TracesData;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.tailrace.serdes.SpanReader;
import io.tailrace.serdes.SpanScan;
import io.tailrace.serdes.TraceId;
import io.tailrace.serdes.Verdict;
import io.tailrace.serdes.VerdictKind;
import io.tailrace.topology.config.OperationsBy;
import io.tailrace.topology.sampling.Otlp;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class TaskOperationsTest {
  private static final Verdict KEPT = new Verdict(VerdictKind.DECIDED, true, "all", 1, 1_000, 0, 1);
  private static final Verdict DROPPED =
      new Verdict(VerdictKind.DECIDED, false, "", 1, 1_000, 0, 1);

  private final Operations operations =
      Operations.of(
          OperationsBy.ROOT, 10, InstantSource.system(), new PrometheusRegistry(), local -> local);
  private final SpanScan spans = new SpanScan();
  private final SpanReader reader = new SpanReader();
  private final OutlineScan scan = new OutlineScan(spans, reader);

  private TraceOutline outline(ResourceSpans.Builder resource, Span.Builder... of)
      throws Exception {
    ScopeSpans.Builder scope = ScopeSpans.newBuilder();
    for (Span.Builder span : of) {
      scope.addSpans(span);
    }
    byte[] record =
        TracesData.newBuilder()
            .addResourceSpans(resource.addScopeSpans(scope))
            .build()
            .toByteArray();
    spans.scan(record, null);
    reader.of(spans);
    TraceOutline outline = new TraceOutline();
    scan.add(0, outline);
    return outline;
  }

  private static Span.Builder span(String name) {
    return Otlp.span(7).toBuilder()
        .setName(name)
        .setSpanId(ByteString.copyFromUtf8("spanspan"))
        .setStartTimeUnixNano(1)
        .setEndTimeUnixNano(5_000_001);
  }

  @Test
  void whatIsNotCommittedIsNotCounted_soARestartedTaskCountsItOnce() throws Exception {
    TraceOutline outline = outline(Otlp.resource("cart"), span("GET"));
    TaskOperations aborted = operations.ofTask();
    aborted.decided(new TraceId(1, 7), outline, 0, KEPT);
    assertThat(operations.reports()).isEmpty();

    TaskOperations again = operations.ofTask();
    again.decided(new TraceId(1, 7), outline, 0, KEPT);
    again.commit();
    again.commit();
    assertThat(operations.reports()).singleElement().extracting("calls", "kept").contains(1L, 1L);
  }

  @Test
  void twoTasksCountOneOperation() throws Exception {
    TaskOperations one = operations.ofTask();
    TaskOperations other = operations.ofTask();
    one.decided(new TraceId(1, 7), outline(Otlp.resource("cart"), span("GET")), 0, KEPT);
    other.decided(new TraceId(1, 8), outline(Otlp.resource("cart"), span("GET")), 0, DROPPED);
    one.commit();
    other.commit();
    OperationReport report = operations.reports().get(0);
    assertThat(operations.reports()).hasSize(1);
    assertThat(report.calls()).isEqualTo(2);
    assertThat(report.kept()).isEqualTo(1);
    assertThat(report.seconds()).isEqualTo(0.01);
  }

  @Test
  void namesAreThoseOfTheSpan_alsoIfManyAreCached() throws Exception {
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < 3_000; i++) {
        TraceOutline found = outline(Otlp.resource("service" + i % 700), span("op" + i));
        assertThat(found.root()).isEqualTo("op" + i);
        assertThat(found.service()).isEqualTo("service" + i % 700);
      }
    }
    String text = "ä".repeat(2_000);
    assertThat(outline(Otlp.resource(text), span(text)).root()).isEqualTo(text);
    assertThat(outline(Otlp.resource(text), span(text)).service()).isEqualTo(text);
    assertThat(outline(ResourceSpans.newBuilder(), span("a")).service()).isNull();
    assertThat(outline(ResourceSpans.newBuilder(), span("")).root()).isEmpty();
  }

  @Test
  void aServiceThatIsMissingOrLongIsShownInShort() throws Exception {
    TaskOperations task = operations.ofTask();
    task.decided(new TraceId(1, 7), outline(ResourceSpans.newBuilder(), span("a")), 0, KEPT);
    String text = "x".repeat(300);
    task.decided(new TraceId(1, 8), outline(Otlp.resource(text), span(text)), 0, KEPT);
    task.commit();
    assertThat(operations.reports())
        .extracting(OperationReport::service)
        .containsExactlyInAnyOrder("unknown_service", "x".repeat(200) + "…");
  }
}
