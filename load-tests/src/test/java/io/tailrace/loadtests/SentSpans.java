package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes spans with distinct IDs and compares those that must be exported with the export topic.
 */
final class SentSpans {
  private final Map<String, List<String>> expected = new TreeMap<>();
  private final EmbeddedKafka kafka;
  private final TestClients clients;
  private final int partitions;
  private long spans;

  /**
   * @param partitions number of partitions of the ingest topic. All spans of a trace are written to
   *     the same one
   */
  SentSpans(EmbeddedKafka kafka, int partitions) {
    this.kafka = kafka;
    this.clients = new TestClients(kafka.bootstrapServers());
    this.partitions = partitions;
  }

  /** Returns a root span with an ID of its own. */
  Span.Builder span(long trace) {
    ByteString spanId =
        ByteString.copyFrom(ByteBuffer.allocate(Long.BYTES).putLong(++spans).array());
    return Otlp.span(trace).toBuilder().setSpanId(spanId);
  }

  /** Writes a span that must be exported at some time. */
  void writeWanted(Span.Builder span) throws Exception {
    write(span);
    expected
        .computeIfAbsent(ExportReader.hex(span.getTraceId()), id -> new ArrayList<>())
        .add(ExportReader.hex(span.getSpanId()));
  }

  void write(Span.Builder span) throws Exception {
    int partition = Math.floorMod(span.getTraceId().hashCode(), partitions);
    clients.writeSpans("otlp_spans", partition, System.currentTimeMillis(), span.build());
  }

  /** Waits until all wanted spans are exported, and a while for what must not be. */
  void assertExported() {
    try (ExportReader export = reader("otlp_spans_sampled")) {
      export.readUntil(() -> count(export.spansByTrace()) >= count(expected));
      export.readFor(Duration.ofSeconds(1));
      Map<String, List<String>> came = new TreeMap<>();
      export.spansByTrace().forEach((id, ids) -> came.put(id, ids.stream().sorted().toList()));
      assertThat(came).isEqualTo(expected);
    }
  }

  private static int count(Map<String, List<String>> spansByTrace) {
    return spansByTrace.values().stream().mapToInt(List::size).sum();
  }

  /** Waits for this number of records on the decision topic. */
  void awaitDecisions(int count) {
    try (ExportReader decisions = reader("tailrace_decisions")) {
      decisions.readUntil(() -> decisions.records.size() >= count);
    }
  }

  private ExportReader reader(String topic) {
    return new ExportReader(kafka.bootstrapServers(), topic);
  }
}
