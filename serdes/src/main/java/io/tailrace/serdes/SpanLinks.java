package io.tailrace.serdes;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;

/** Reads the trace IDs of span links. Reusable. Not thread-safe. */
public final class SpanLinks {
  /** Fields on the way from a {@code TracesData} to a link. */
  private static final int[] PATH = {
    OtlpFields.TRACES_RESOURCE_SPANS,
    OtlpFields.RESOURCE_SPANS_SCOPE_SPANS,
    OtlpFields.SCOPE_SPANS_SPANS,
    OtlpFields.SPAN_LINKS
  };

  private final WireReader in = new WireReader();

  /** Receives the trace IDs. */
  @FunctionalInterface
  public interface Listener {
    /** Receives the trace ID of a link, which can be that of the span itself. */
    void link(long traceHigh, long traceLow);
  }

  /**
   * Reads the links of all spans of a {@code TracesData}, in wire order. Skips malformed links, and
   * those without a valid trace ID: one of 16 bytes that are not all zero.
   *
   * @throws MalformedOtlpException if the bytes are not {@code TracesData}
   */
  public void read(byte[] record, Listener to) throws MalformedOtlpException {
    in.of(record, 0, record.length);
    try {
      walk(0, to);
    } catch (IOException e) {
      throw Wire.malformed(record, e);
    }
  }

  private void walk(int depth, Listener to) throws IOException {
    if (depth == PATH.length) {
      readLink(to);
      return;
    }
    for (int tag = in.tag(); tag != 0; tag = in.tag()) {
      if (tag == PATH[depth]) {
        int outer = in.enter();
        walk(depth + 1, to);
        in.leave(outer);
      } else {
        in.skip(tag);
      }
    }
  }

  private void readLink(Listener to) throws IOException {
    long high = 0;
    long low = 0;
    int start = in.at();
    int end = in.limit();
    try {
      for (int tag = in.tag(); tag != 0; tag = in.tag()) {
        if (tag != OtlpFields.LINK_TRACE_ID) {
          in.skip(tag);
          continue;
        }
        int length = in.length(); // the last one counts, as in any message
        int next = in.at() + length;
        boolean isOne = length == TraceId.BYTES;
        high = isOne ? Long.reverseBytes(in.fixed64()) : 0;
        low = isOne ? Long.reverseBytes(in.fixed64()) : 0;
        in.resume(next, end);
      }
    } catch (InvalidProtocolBufferException malformed) {
      in.resume(start, end);
      return;
    }
    if (high != 0 || low != 0) {
      to.link(high, low);
    }
  }
}
