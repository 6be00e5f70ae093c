package io.tailrace.topology.streams;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.tailrace.policies.Decision;
import io.tailrace.serdes.TraceId;
import io.tailrace.serdes.Verdict;
import io.tailrace.serdes.VerdictKind;
import io.tailrace.topology.sampling.OpenTrace;
import io.tailrace.topology.sampling.TraceJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Forwards a JSON record for each verdict, keyed by trace ID, for sampled and dropped traces.
 * Downstream consumers can apply the same verdicts to logs and metrics. Not thread-safe.
 */
final class DecisionRecords {
  private static final long NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

  private final ProcessorContext<byte[], byte[]> context;
  private final JsonFactory factory = new JsonFactory();

  DecisionRecords(ProcessorContext<byte[], byte[]> context) {
    this.context = context;
  }

  void write(OpenTrace trace, Decision.Outcome outcome, Verdict verdict) {
    TraceId id = new TraceId(trace.high, trace.low);
    ByteArrayOutputStream value = new ByteArrayOutputStream();
    try (JsonGenerator json = factory.createGenerator(value)) {
      json.writeStartObject();
      json.writeStringField("trace_id", id.toHex());
      json.writeStringField("decision", outcome.name().toLowerCase(Locale.ROOT));
      json.writeStringField("policy", verdict.policy().isEmpty() ? null : verdict.policy());
      json.writeNumberField("policy_version", verdict.policyVersion());
      json.writeStringField("decided_at", Instant.ofEpochMilli(verdict.decidedAt()).toString());
      TraceJson.writeWeight(verdict.weight(), json);
      json.writeStringField("service", trace.requestedOutline().service());
      json.writeStringField("start", start(trace).toString());
      TraceJson.writeFacts(trace, json);
      if (verdict.kind() == VerdictKind.RECONSIDERED) {
        json.writeBooleanField("reconsidered", true);
      }
      if (verdict.kind() == VerdictKind.LINKED) {
        json.writeBooleanField("linked", true);
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    context.forward(
        new Record<>(id.toKey(), value.toByteArray(), Math.max(0, verdict.decidedAt())),
        NodeNames.DECISIONS);
  }

  private static Instant start(OpenTrace trace) {
    long nanos = trace.startUnixNanos();
    return Instant.ofEpochSecond(
        Long.divideUnsigned(nanos, NANOS_PER_SECOND),
        Long.remainderUnsigned(nanos, NANOS_PER_SECOND));
  }
}
