package io.tailrace.topology.keep;

import io.tailrace.serdes.TraceId;
import io.tailrace.serdes.Verdict;
import java.nio.ByteBuffer;

/**
 * A trace to read back from the log and export.
 *
 * @param verdict verdict that keeps the trace. Spans before its position are read back; later ones
 *     are exported as late spans
 * @param searched whether parts may have been exported earlier, under another verdict
 * @param request offset of the request; {@link #NO_REQUEST} if a late span turned the verdict, or a
 *     kept trace links to this one
 * @param next first offset that is not exported yet
 * @param exported number of spans exported so far
 */
public record WantedTrace(
    TraceId id, Verdict verdict, boolean searched, long request, long next, long exported) {
  /** Offset in place of a request. */
  public static final long NO_REQUEST = -1;

  private static final byte ROW_VERSION = 1;
  private static final int FIXED_BYTES = 1 + 1 + 3 * Long.BYTES;

  /** Returns the state after an export of spans up to this offset. */
  public WantedTrace after(long offset, int spans) {
    return new WantedTrace(id, verdict, searched, request, offset, exported + spans);
  }

  public byte[] encode() {
    byte[] encoded = verdict.encode();
    return ByteBuffer.allocate(FIXED_BYTES + encoded.length)
        .put(ROW_VERSION)
        .put((byte) (searched ? 1 : 0))
        .putLong(request)
        .putLong(next)
        .putLong(exported)
        .put(encoded)
        .array();
  }

  public static WantedTrace decode(TraceId id, byte[] row) {
    if (row.length < FIXED_BYTES || row[0] != ROW_VERSION) {
      throw new IllegalStateException(
          "wanted trace: %d bytes, version %d (expected: version %d)"
              .formatted(row.length, row[0], ROW_VERSION));
    }
    ByteBuffer in = ByteBuffer.wrap(row, 1, row.length - 1);
    boolean searched = in.get() != 0;
    long request = in.getLong();
    long next = in.getLong();
    long exported = in.getLong();
    byte[] verdict = new byte[in.remaining()];
    in.get(verdict);
    return new WantedTrace(id, Verdict.decode(verdict), searched, request, next, exported);
  }
}
