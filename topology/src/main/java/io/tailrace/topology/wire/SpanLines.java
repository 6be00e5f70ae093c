package io.tailrace.topology.wire;

import io.tailrace.policies.export.Redaction;
import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.SpanReader;
import io.tailrace.serdes.SpanScan;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** First spans of a trace for a waterfall view. Not thread-safe. */
public final class SpanLines {
  static final int MAX_SPANS = 1_000;
  private static final int MAX_CHARS = 200;
  private static final int STATUS_ERROR = 2;
  private static final long NANOS_IN_MICRO = 1_000;

  private final SpanScan scan = new SpanScan();
  private final SpanReader reader = new SpanReader();
  private final List<SpanLine> lines = new ArrayList<>();
  private final @Nullable SpanDetails details;

  /** Creates lines without details, and without redaction. */
  public SpanLines() {
    details = null;
  }

  /**
   * Creates lines with details.
   *
   * @param redactions apply to all texts, as they do to exported spans
   */
  public SpanLines(List<Redaction> redactions) {
    details = new SpanDetails(redactions);
  }

  /** Adds the spans of a piece of one trace, up to the limit. */
  public void add(byte[] tracesData) {
    if (lines.size() >= MAX_SPANS) {
      return;
    }
    try {
      List<byte[]> pieces = details == null ? List.of(tracesData) : details.redacted(tracesData);
      for (byte[] piece : pieces) {
        scan.scan(piece, null);
        reader.of(scan);
        for (int span = 0; span < scan.spanCount() && lines.size() < MAX_SPANS; span++) {
          reader.at(span);
          lines.add(line(span));
        }
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
        isError ? cut(reader.statusMessage()) : "",
        details());
  }

  private SpanLine.@Nullable Details details() {
    try {
      return details == null ? null : details.of(reader);
    } catch (MalformedOtlpException unreadable) { // only the attributes
      return null;
    }
  }

  private static String cut(String text) {
    return text.length() <= MAX_CHARS ? text : text.substring(0, MAX_CHARS) + "…";
  }

  public List<SpanLine> all() {
    return List.copyOf(lines);
  }
}
