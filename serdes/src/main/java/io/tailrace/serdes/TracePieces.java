package io.tailrace.serdes;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Splits a scanned record into one {@code TracesData} per trace. Keeps the bytes of spans,
 * resources and scopes, including unknown fields. A record with a single trace is returned
 * unchanged. Not thread-safe.
 */
public final class TracePieces {
  private final PieceWriter writer = new PieceWriter();

  @SuppressWarnings("NullAway.Init") // set by of(), which callers call first
  private SpanScan scan;

  private @Nullable RecordHeaders headers;
  private int[] chain = new int[64];

  /** Sets the record to the current one of {@code scanned}. */
  public void of(SpanScan scanned) {
    scan = scanned;
    headers = null;
  }

  /**
   * Returns the bytes of the trace with this index. Returns the record itself if it contains only
   * this trace.
   */
  public byte[] piece(int trace) {
    if (scan.traceCount() == 1 && scan.firstInvalidSpan() < 0) {
      return scan.record;
    }
    return cut(scan.firstSpan(trace));
  }

  /**
   * Returns a {@code TracesData} with the given spans. Returns the record itself if these are all
   * of its spans.
   *
   * @param spans indices in the record, ascending
   */
  public byte[] ofSpans(int[] spans) {
    return spans.length == scan.spanCount() ? scan.record : write(spans, spans.length);
  }

  /**
   * Returns a {@code TracesData} with the spans that have an invalid trace ID. There must be at
   * least one.
   */
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
