package io.tailrace.serdes;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What policies had gathered of a trace that they did not keep. With it, a late span can turn the
 * verdict.
 *
 * @param signals identity of the signals that the bits of {@code raised} stand for
 * @param raised signals that spans raised. Not to be modified
 * @param firstSeen log time of the first span, in Unix milliseconds
 * @param followsAnother whether spans after the first one can follow an earlier verdict on the
 *     trace
 * @param spans number of spans
 * @param bytes size of the spans
 * @param startUnixNanos earliest start of the spans
 * @param endUnixNanos latest end of the spans
 * @param randomness the {@code rv} of the spans, or {@link TraceStateReader#NONE}
 */
public record TraceSummary(
    int signals,
    long[] raised,
    long firstSeen,
    boolean followsAnother,
    int spans,
    long bytes,
    long startUnixNanos,
    long endUnixNanos,
    long randomness) {
  private static final int MAX_VARINT_BYTES = 10;

  /**
   * Appends: signals, start, then as varints time to the decision, duration, twice the spans with a
   * flag, bytes, randomness + 1, words, each word.
   */
  void write(ByteBuffer out, long decidedAt) {
    out.putInt(signals).putLong(startUnixNanos);
    putVarint(decidedAt - firstSeen, out);
    putVarint(endUnixNanos - startUnixNanos, out);
    putVarint((long) spans << 1 | (followsAnother ? 1 : 0), out);
    putVarint(bytes, out);
    putVarint(randomness + 1, out);
    putVarint(raised.length, out);
    for (long word : raised) {
      putVarint(word, out);
    }
  }

  int maxBytes() {
    return Integer.BYTES + Long.BYTES + (6 + raised.length) * MAX_VARINT_BYTES;
  }

  static TraceSummary read(ByteBuffer in, long decidedAt) {
    int signals = in.getInt();
    long start = in.getLong();
    long firstSeen = decidedAt - varint(in);
    long end = start + varint(in);
    long spansAndFlag = varint(in);
    int spans = (int) (spansAndFlag >>> 1);
    boolean followsAnother = (spansAndFlag & 1) != 0;
    long bytes = varint(in);
    long randomness = varint(in) - 1;
    long words = varint(in);
    if (words < 0 || words > in.remaining()) {
      throw new BufferUnderflowException();
    }
    long[] raised = new long[(int) words];
    for (int i = 0; i < raised.length; i++) {
      raised[i] = varint(in);
    }
    return new TraceSummary(
        signals, raised, firstSeen, followsAnother, spans, bytes, start, end, randomness);
  }

  private static void putVarint(long value, ByteBuffer out) {
    long left = value;
    while ((left & ~0x7FL) != 0) {
      out.put((byte) ((left & 0x7F) | 0x80));
      left >>>= 7;
    }
    out.put((byte) left);
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte next = in.get();
      value |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new BufferUnderflowException();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TraceSummary that
        && signals == that.signals
        && Arrays.equals(raised, that.raised)
        && firstSeen == that.firstSeen
        && followsAnother == that.followsAnother
        && spans == that.spans
        && bytes == that.bytes
        && startUnixNanos == that.startUnixNanos
        && endUnixNanos == that.endUnixNanos
        && randomness == that.randomness;
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(
        new Object[] {
          signals,
          Arrays.hashCode(raised),
          firstSeen,
          followsAnother,
          spans,
          bytes,
          startUnixNanos,
          endUnixNanos,
          randomness
        });
  }

  @Override
  public String toString() {
    return "%d spans of %d bytes, %d..%d, signals %s of %d, randomness %d"
        .formatted(
            spans,
            bytes,
            startUnixNanos,
            endUnixNanos,
            Arrays.toString(raised),
            signals,
            randomness);
  }
}
