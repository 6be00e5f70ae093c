package io.tailrace.topology.buffer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * Span bytes of an open trace from one record. Stored pieces are consecutive; a frame with length,
 * log time and offset precedes each.
 *
 * @param logTime log time of the record, Unix milliseconds
 * @param offset offset of the record
 */
@SuppressWarnings("ArrayRecordComponent") // the reader owns the bytes
public record HeldPiece(long logTime, long offset, byte[] bytes) {
  static final int FRAME_BYTES = Integer.BYTES + 2 * Long.BYTES;

  private static final int LOG_TIME_AT = Integer.BYTES;
  private static final int OFFSET_AT = LOG_TIME_AT + Long.BYTES;
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  static void writeFrame(byte[] to, int at, int length, long logTime, long offset) {
    INT.set(to, at, length);
    LONG.set(to, at + LOG_TIME_AT, logTime);
    LONG.set(to, at + OFFSET_AT, offset);
  }

  /** Returns the length of the piece after the frame. */
  static int length(byte[] framed, int at) {
    return (int) INT.get(framed, at);
  }

  /** Adds the pieces from this position on to a list. */
  static void readAll(byte[] framed, int from, List<HeldPiece> into) {
    for (int at = from; at < framed.length; at += FRAME_BYTES + length(framed, at)) {
      int begin = at + FRAME_BYTES;
      into.add(
          new HeldPiece(
              (long) LONG.get(framed, at + LOG_TIME_AT),
              (long) LONG.get(framed, at + OFFSET_AT),
              Arrays.copyOfRange(framed, begin, begin + length(framed, at))));
    }
  }

  /** Returns the concatenated bytes of the pieces from this position on. */
  static byte[] joined(byte[] framed, int from) {
    int pieces = 0;
    for (int at = from; at < framed.length; at += FRAME_BYTES + length(framed, at)) {
      pieces++;
    }
    byte[] joined = new byte[framed.length - from - pieces * FRAME_BYTES];
    int to = 0;
    for (int at = from; at < framed.length; ) {
      int length = length(framed, at);
      System.arraycopy(framed, at + FRAME_BYTES, joined, to, length);
      to += length;
      at += FRAME_BYTES + length;
    }
    return joined;
  }
}
