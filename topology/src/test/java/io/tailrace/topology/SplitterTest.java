package io.tailrace.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.TracesData;
import io.tailrace.serdes.TraceId;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.MockProcessorContext.CapturedForward;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.Test;

class SplitterTest {
  private static final int MAX_RECORD = 2_000;

  private final MockProcessorContext<byte[], byte[]> context = new MockProcessorContext<>();

  @Test
  void cutsWhatATopicMightNotTake_andLosesNoSpan() throws Exception {
    List<Span> spans = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      spans.add(Otlp.span(1).toBuilder().setName("a".repeat(400) + i).build());
    }
    spans.add(Otlp.span(2));

    List<Record<byte[], byte[]>> records = split(Otlp.request(spans.toArray(Span[]::new)));

    List<Span> found = new ArrayList<>();
    for (Record<byte[], byte[]> record : records) {
      assertThat(record.value()).hasSizeLessThanOrEqualTo(MAX_RECORD);
      found.addAll(
          TracesData.parseFrom(record.value()).getResourceSpans(0).getScopeSpans(0).getSpansList());
    }
    assertThat(found).containsExactlyElementsOf(spans);
    assertThat(records).hasSizeBetween(5, 8);
    assertThat(records.subList(0, records.size() - 1))
        .allSatisfy(r -> assertThat(r.key()).isEqualTo(new TraceId(1, 1).toKey()));
    assertThat(records.get(records.size() - 1).key()).isEqualTo(new TraceId(1, 2).toKey());
  }

  private List<Record<byte[], byte[]>> split(TracesData request) {
    Splitter splitter =
        new Splitter(
            "ingest",
            MAX_RECORD,
            new IdleClock(partition -> OptionalLong.empty(), 2_000),
            new SamplerMetrics(new SimpleMeterRegistry(), InstantSource.system()));
    context.setCurrentSystemTimeMs(5);
    context.setRecordMetadata("ingest", 0, 0);
    splitter.init(context);
    splitter.process(new Record<>(null, request.toByteArray(), 7));
    List<Record<byte[], byte[]>> records = new ArrayList<>();
    for (CapturedForward<? extends byte[], ? extends byte[]> forward : context.forwarded()) {
      Record<? extends byte[], ? extends byte[]> record = forward.record();
      records.add(new Record<>(record.key(), record.value(), record.timestamp()));
    }
    return records;
  }
}
