package io.tailrace.topology.telemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.Tracer;
import java.time.Instant;

/** Creates spans of due rounds, each in its own trace. */
final class SdkRoundSpans implements RoundSpans {
  static final String NAME = "due round";
  static final String CUT_SHORT = "cut short: its time was used up";

  private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("messaging.system");
  private static final AttributeKey<String> TOPIC =
      AttributeKey.stringKey("messaging.destination.name");
  private static final AttributeKey<String> PARTITION =
      AttributeKey.stringKey("messaging.destination.partition.id");
  private static final AttributeKey<Long> OFFSET = AttributeKey.longKey("messaging.kafka.offset");
  private static final AttributeKey<Long> TRACES = AttributeKey.longKey("tailrace.traces.decided");
  private static final AttributeKey<Long> KEPT = AttributeKey.longKey("tailrace.traces.kept");
  private static final AttributeKey<Long> EARLY = AttributeKey.longKey("tailrace.traces.early");
  private static final AttributeKey<Long> SPANS = AttributeKey.longKey("tailrace.spans.decided");
  private static final AttributeKey<Long> BYTES = AttributeKey.longKey("tailrace.bytes.decided");
  private static final AttributeKey<Double> BUSY = AttributeKey.doubleKey("tailrace.busy_ms");
  private static final AttributeKey<String> LOG_TIME = AttributeKey.stringKey("tailrace.log_time");
  private static final AttributeKey<Long> OVERDUE = AttributeKey.longKey("tailrace.overdue_ms");
  private static final AttributeKey<Long> VERSION = AttributeKey.longKey("tailrace.policy.version");
  private static final double NANOS_PER_MILLI = 1e6;

  private final Tracer tracer;

  SdkRoundSpans(Tracer tracer) {
    this.tracer = tracer;
  }

  @Override
  public void ended(DueRound round) {
    SpanBuilder builder =
        tracer
            .spanBuilder(NAME)
            .setNoParent()
            .setStartTimestamp(round.begin())
            .setAllAttributes(attributes(round));
    Span span = builder.startSpan();
    if (round.cutShortAt() != null) {
      span.addEvent(CUT_SHORT, round.cutShortAt());
    }
    span.end(round.end());
  }

  private static Attributes attributes(DueRound round) {
    AttributesBuilder attributes =
        Attributes.builder()
            .put(SYSTEM, "kafka")
            .put(TOPIC, round.topic())
            .put(PARTITION, Integer.toString(round.partition()))
            .put(OFFSET, round.position())
            .put(TRACES, round.traces())
            .put(KEPT, round.kept())
            .put(EARLY, round.early())
            .put(SPANS, round.spans())
            .put(BYTES, round.bytes())
            .put(BUSY, round.busy().toNanos() / NANOS_PER_MILLI)
            .put(OVERDUE, round.overdueMillis())
            .put(VERSION, round.policyVersion());
    if (round.logTime() >= 0) {
      attributes.put(LOG_TIME, Instant.ofEpochMilli(round.logTime()).toString());
    }
    return attributes.build();
  }
}
