package io.tailrace.topology.wire;

import io.tailrace.policies.export.Redaction;
import io.tailrace.serdes.AttributesReader;
import io.tailrace.serdes.EventReader;
import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.SpanReader;
import io.tailrace.serdes.TraceJoin;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Attributes and events of spans for display, redacted like exported spans, in limited memory. Not
 * thread-safe.
 */
final class SpanDetails {
  /** Limit of all details of a trace together, in characters. */
  static final int MAX_CHARS = 1 << 20;

  private static final int MAX_ATTRIBUTES = 100;
  private static final int MAX_EVENTS = 50;
  private static final int MAX_VALUE_CHARS = 500;

  private final TraceJoin join = new TraceJoin();
  private final PartRedactor redactor = new PartRedactor();
  private final boolean isRedacted;
  private int left = MAX_CHARS;

  SpanDetails(List<Redaction> redactions) {
    isRedacted = !redactions.isEmpty();
    redactor.apply(redactions);
  }

  /** Returns span bytes as they would be exported, without spans that cannot be redacted. */
  List<byte[]> redacted(byte[] piece) throws MalformedOtlpException {
    if (!isRedacted) {
      return List.of(piece);
    }
    try {
      join.add(piece, redactor);
      return join.records(Integer.MAX_VALUE);
    } finally {
      join.clear();
    }
  }

  /** Returns the details of a span. Null if the limit of the trace is reached. */
  SpanLine.@Nullable Details of(SpanReader span) throws MalformedOtlpException {
    if (left <= 0) {
      return null;
    }
    List<SpanLine.Event> events = new ArrayList<>();
    for (int i = 0; i < Math.min(span.eventCount(), MAX_EVENTS); i++) {
      EventReader event = span.event(i);
      events.add(
          new SpanLine.Event(
              TimeUnit.NANOSECONDS.toMicros(event.timeUnixNanos()),
              text(event.name()),
              texts(event.attributes())));
    }
    return new SpanLine.Details(
        texts(span.attributes()),
        texts(span.resource().attributes()),
        text(span.scope().name()),
        text(span.traceState()),
        events,
        span.linkCount());
  }

  private Map<String, String> texts(AttributesReader attributes) throws MalformedOtlpException {
    Map<String, String> texts = new LinkedHashMap<>();
    for (Map.Entry<String, @Nullable Object> attribute : attributes.toMap().entrySet()) {
      if (texts.size() == MAX_ATTRIBUTES) {
        break;
      }
      texts.put(text(attribute.getKey()), text(shown(attribute.getValue())));
    }
    return texts;
  }

  private static String shown(@Nullable Object value) {
    if (value == null) {
      return "";
    }
    return value instanceof byte[] bytes
        ? HexFormat.of().formatHex(Arrays.copyOf(bytes, Math.min(bytes.length, MAX_VALUE_CHARS)))
        : value.toString();
  }

  private String text(String text) {
    String cut = text.length() <= MAX_VALUE_CHARS ? text : text.substring(0, MAX_VALUE_CHARS) + "…";
    left -= cut.length();
    return cut;
  }
}
