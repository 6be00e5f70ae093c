package io.tailrace.serdes;

import java.util.Arrays;

/**
 * Cuts a scanned record into one {@code TracesData} a trace. Span, resource and scope bytes stay as
 * they came, unknown fields included; a record of a single trace is its own piece. Not thread-safe.
 */
public final class TracePieces {
  private final PieceWriter writer = new PieceWriter();
  private SpanScan scan;
  private RecordHeaders headers;
  private int[] chain = new int[64];

  /** Turns to the record that {@code scanned} holds now. */
  public void of(SpanScan scanned) {
    scan = scanned;
    headers = null;
  }

  /** The bytes of the trace with this index; the record itself if it holds nothing else. */
  public byte[] piece(int trace) {
    if (scan.traceCount() == 1 && scan.firstInvalidSpan() < 0) {
      return scan.record;
    }
    return cut(scan.firstSpan(trace));
  }

  /**
   * A {@code TracesData} of some of the record's spans, those of all their traces or not; the
   * record itself if these are all.
   *
   * @param spans indices in the record, ascending
   */
  public byte[] ofSpans(int[] spans) {
    return spans.length == scan.spanCount() ? scan.record : write(spans, spans.length);
  }

  /** A {@code TracesData} of the spans without a valid trace id, of which there must be some. */
  public byte[] invalidSpans() {
    return cut(scan.firstInvalidSpan());
  }

  private byte[] cut(int firstSpan) {
    int length = 0;
    for (int span = firstSpan; span >= 0; span = scan.nextSpan(span)) {
      if (length == chain.length) {
        chain = Arrays.copyOf(chain, length * 2);
      }
      chain[length++] = span;
    }
    return write(chain, length);
  }

  private byte[] write(int[] spans, int length) {
    writer.begin();
    for (int i = length - 1; i >= 0; i--) {
      prepend(spans[i]);
    }
    return writer.finish(headers().record);
  }

  private void prepend(int span) {
    SpanTable spans = scan.spans;
    writer.prependSpan(
        headers().resources[scan.resource(span)],
        headers().scopes[spans.scope[span]],
        scan.record,
        spans.fieldStart[span],
        spans.fieldEnd[span]);
  }

  private RecordHeaders headers() {
    if (headers == null) {
      headers = new RecordHeaders(scan);
    }
    return headers;
  }
}
