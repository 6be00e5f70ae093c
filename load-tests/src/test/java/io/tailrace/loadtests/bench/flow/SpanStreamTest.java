package io.tailrace.loadtests.bench.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.TracesData;
import io.tailrace.serdes.TraceId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is measured on: made by copying bytes, read here by the generated classes. */
final class SpanStreamTest {
  private static final long NOW = 1_800_000_000_000L;
  private static final int TRACES = 300;
  private static final TraceTemplates USUAL = new TraceTemplates(TraceShape.USUAL, 1);

  private record Sent(byte[] key, TracesData value, int spans) {
    List<Span> read() {
      return value.getResourceSpansList().stream()
          .flatMap(resource -> resource.getScopeSpansList().stream())
          .flatMap(scope -> scope.getSpansList().stream())
          .toList();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"USUAL", "DEEP"})
  void keyedRecordsAreOfOneTrace_andPartsMakeItWhole(TraceShape shape) {
    TraceTemplates templates = shape == TraceShape.USUAL ? USUAL : new TraceTemplates(shape, 1);
    List<Sent> sent = send(templates, true);

    for (Sent record : sent) {
      assertThat(record.read()).hasSize(record.spans);
      for (Span span : record.read()) {
        ByteBuffer id = span.getTraceId().asReadOnlyByteBuffer();
        assertThat(record.key).isEqualTo(new TraceId(id.getLong(), id.getLong()).toKey());
      }
    }
    Map<ByteString, List<Span>> traces = byTrace(sent);
    assertThat(traces).hasSize(TRACES);
    traces.values().forEach(SpanStreamTest::isOneTree);
    double spans = traces.values().stream().mapToInt(List::size).average().orElseThrow();
    assertThat(spans / templates.spansPerTrace()).isBetween(.8, 1.2);
  }

  @Test
  void mixedRecordsAreBatchesOfManyTraces() {
    List<Sent> mixed = send(USUAL, false);

    assertThat(byTrace(mixed).keySet()).isEqualTo(byTrace(send(USUAL, true)).keySet());
    assertThat(mixed.stream().filter(record -> record.spans >= 200)).isNotEmpty();
    for (Sent record : mixed) {
      assertThat(record.key).isNull();
      assertThat(record.read()).hasSize(record.spans);
      assertThat(record.value.getResourceSpansCount()).as("one service each").isEqualTo(1);
    }
    byTrace(mixed).values().forEach(SpanStreamTest::isOneTree);
  }

  @Test
  void tracesEndWhenTheyAreSent() {
    for (List<Span> trace : byTrace(send(USUAL, true)).values()) {
      long end = trace.stream().mapToLong(Span::getEndTimeUnixNano).max().orElseThrow();
      assertThat(end).isEqualTo(TimeUnit.MILLISECONDS.toNanos(NOW));
      assertThat(trace).allMatch(span -> span.getStartTimeUnixNano() <= span.getEndTimeUnixNano());
    }
  }

  private static List<Sent> send(TraceTemplates templates, boolean keyed) {
    List<Sent> sent = new ArrayList<>();
    SpanStream stream =
        new SpanStream(
            templates,
            keyed,
            20,
            7,
            (key, value, spans) -> {
              try {
                sent.add(new Sent(key, TracesData.parseFrom(value), spans));
              } catch (InvalidProtocolBufferException e) {
                throw new AssertionError(e);
              }
            });
    for (int i = 0; i < TRACES; i++) {
      stream.nextTrace(NOW);
    }
    stream.finish();
    return sent;
  }

  private static Map<ByteString, List<Span>> byTrace(List<Sent> sent) {
    return sent.stream()
        .flatMap(record -> record.read().stream())
        .collect(Collectors.groupingBy(Span::getTraceId));
  }

  /** Span ids are told apart, and all parents are among them. */
  private static void isOneTree(List<Span> trace) {
    Set<ByteString> ids = new HashSet<>();
    trace.forEach(span -> assertThat(ids.add(span.getSpanId())).isTrue());
    List<Span> roots =
        trace.stream().filter(span -> !ids.contains(span.getParentSpanId())).toList();
    assertThat(roots).hasSize(1);
    assertThat(roots.get(0).getParentSpanId()).isEqualTo(ByteString.EMPTY);
  }
}
