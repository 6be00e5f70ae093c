package io.tailrace.topology.wire;

import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.SpanReader;
import io.tailrace.serdes.SpanScan;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** First spans of a trace for a waterfall view. Not thread-safe. */
public final class SpanLines {
  static final int MAX_SPANS = 1_000;
  private static final int MAX_CHARS = 200;
  private static final int STATUS_ERROR = 2;
  private static final long NANOS_IN_MICRO = 1_000;

  private final SpanScan scan = new SpanScan();
  private final SpanReader reader = new SpanReader();
  private final List<SpanLine> lines = new ArrayList<>();

  /** Adds the spans of a piece of one trace, up to the limit. */
  public void add(byte[] tracesData) {
    try {
      scan.scan(tracesData, null);
      reader.of(scan);
      for (int span = 0; span < scan.spanCount() && lines.size() < MAX_SPANS; span++) {
        reader.at(span);
        lines.add(line(span));
      }
    } catch (MalformedOtlpException unreadable) {
      // Not an error: the span is forwarded unchanged.
    }
  }

  private SpanLine line(int span) throws MalformedOtlpException {
    long start = Long.divideUnsigned(scan.startUnixNanos(span), NANOS_IN_MICRO);
    long end = Long.divideUnsigned(scan.endUnixNanos(span), NANOS_IN_MICRO);
    Object service = reader.resource().attributes().get("service.name");
    boolean isError = scan.status(span) == STATUS_ERROR;
    return new SpanLine(
        HexFormat.of().formatHex(reader.spanId()),
        HexFormat.of().formatHex(reader.parentSpanId()),
        service instanceof String name ? cut(name) : "",
        cut(reader.name()),
        reader.kind(),
        start,
        Math.max(0, end - start),
        isError,
        isError ? cut(reader.statusMessage()) : "");
  }

  private static String cut(String text) {
    return text.length() <= MAX_CHARS ? text : text.substring(0, MAX_CHARS) + "…";
  }

  public List<SpanLine> all() {
    return List.copyOf(lines);
  }
}
