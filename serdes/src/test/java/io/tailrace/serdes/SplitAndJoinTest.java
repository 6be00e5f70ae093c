package io.tailrace.serdes;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.TracesData;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SplitAndJoinTest {
  private static final int NO_LIMIT = Integer.MAX_VALUE;

  /** A span and all that a reader knows of where it came from. */
  record Placed(ResourceSpans resource, ScopeSpans scope, Span span) {}

  @ParameterizedTest
  @ValueSource(ints = {NO_LIMIT, 400, 1})
  void splitAndJoinLoseAndChangeNothing(int limit) throws Exception {
    for (long seed = 0; seed < 300; seed++) {
      List<TracesData> requests = new ArrayList<>();
      RandomOtlp random = new RandomOtlp(seed);
      for (int i = 0; i < 5; i++) {
        requests.add(random.request());
      }

      Map<String, TraceJoin> joins = new HashMap<>();
      for (TracesData request : requests) {
        split(request.toByteArray(), joins);
      }

      List<Placed> came = new ArrayList<>();
      for (Map.Entry<String, TraceJoin> trace : joins.entrySet()) {
        for (byte[] record : trace.getValue().records(limit)) {
          List<Placed> spans = placed(TracesData.parseFrom(record));
          assertThat(spans)
              .isNotEmpty()
              .allSatisfy(placed -> assertThat(id(placed.span())).isEqualTo(trace.getKey()));
          assertThat(record.length <= limit || spans.size() == 1).isTrue();
          came.addAll(spans);
        }
      }
      List<Placed> went = new ArrayList<>();
      requests.forEach(request -> went.addAll(placed(request)));
      assertThat(came).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(went);
    }
  }

  @Test
  void joinsEqualResourcesAndScopes() throws Exception {
    TracesData request = new RandomOtlp(3).request();
    assertThat(placed(request)).hasSizeGreaterThan(5);
    TraceJoin join = new TraceJoin();
    join.add(request.toByteArray());
    join.add(request.toByteArray());

    TracesData joined = TracesData.parseFrom(join.records(NO_LIMIT).get(0));

    assertThat(placed(joined)).hasSize(2 * placed(request).size()).isNotEmpty();
    assertThat(joined.getResourceSpansList().stream().map(SplitAndJoinTest::bare))
        .doesNotHaveDuplicates();
    joined
        .getResourceSpansList()
        .forEach(
            resource ->
                assertThat(resource.getScopeSpansList().stream().map(SplitAndJoinTest::bare))
                    .doesNotHaveDuplicates());
  }

  @Test
  void keepsEqualScopesOfTwoResourcesApart() throws Exception {
    ScopeSpans scope =
        ScopeSpans.newBuilder()
            .setScope(InstrumentationScope.newBuilder().setName("lib"))
            .addSpans(Otlp.span(1))
            .build();
    TracesData request =
        TracesData.newBuilder()
            .addResourceSpans(Otlp.resource("a").addScopeSpans(scope))
            .addResourceSpans(Otlp.resource("b").addScopeSpans(scope))
            .build();
    TraceJoin join = new TraceJoin();
    join.add(request.toByteArray());

    assertThat(TracesData.parseFrom(join.records(NO_LIMIT).get(0))).isEqualTo(request);
  }

  @Test
  void recordOfOneTraceIsItsOwnPiece() throws Exception {
    byte[] record = Otlp.request(Otlp.span(1), Otlp.span(1)).toByteArray();
    SpanScan scan = new SpanScan();
    scan.scan(record, null);
    TracePieces pieces = new TracePieces();
    pieces.of(scan);

    assertThat(pieces.piece(0)).isSameAs(record);
  }

  @Test
  void singlesOutASpanWithoutATraceId() throws Exception {
    Span broken = Otlp.span(1).toBuilder().clearTraceId().build();
    SpanScan scan = new SpanScan();
    scan.scan(Otlp.request(Otlp.span(1), broken, Otlp.span(1)).toByteArray(), null);
    TracePieces pieces = new TracePieces();
    pieces.of(scan);

    assertThat(TracesData.parseFrom(pieces.invalidSpans())).isEqualTo(Otlp.request(broken));
    assertThat(TracesData.parseFrom(pieces.piece(0)))
        .isEqualTo(Otlp.request(Otlp.span(1), Otlp.span(1)));
  }

  static void split(byte[] record, Map<String, TraceJoin> joins) throws Exception {
    SpanScan scan = new SpanScan();
    scan.scan(record, null);
    TracePieces pieces = new TracePieces();
    pieces.of(scan);
    for (int trace = 0; trace < scan.traceCount(); trace++) {
      String id = new TraceId(scan.traceHigh(trace), scan.traceLow(trace)).toHex();
      joins.computeIfAbsent(id, i -> new TraceJoin()).add(pieces.piece(trace));
    }
  }

  static List<Placed> placed(TracesData data) {
    List<Placed> all = new ArrayList<>();
    for (ResourceSpans resource : data.getResourceSpansList()) {
      for (ScopeSpans scope : resource.getScopeSpansList()) {
        for (Span span : scope.getSpansList()) {
          all.add(new Placed(bare(resource), bare(scope), span));
        }
      }
    }
    return all;
  }

  private static ResourceSpans bare(ResourceSpans resource) {
    return resource.toBuilder().clearScopeSpans().build();
  }

  private static ScopeSpans bare(ScopeSpans scope) {
    return scope.toBuilder().clearSpans().build();
  }

  private static String id(Span span) {
    return java.util.HexFormat.of().formatHex(span.getTraceId().toByteArray());
  }
}
