package io.tailrace.serdes;

import java.nio.ByteBuffer;

/**
 * Says, on a partition of the by-trace topic, that all which an ingest partition held up to a log
 * time has been split and stands before this record.
 *
 * @param source number of the ingest partition
 * @param time log time, Unix milliseconds
 */
public record Watermark(long source, long time) {
  /** Of sources whose number has 32 bits: what a sole ingest topic has always had. */
  private static final byte NARROW = 1;

  private static final byte WIDE = 2;
  private static final int NARROW_BYTES = 1 + Integer.BYTES + Long.BYTES;
  private static final int WIDE_BYTES = 1 + Long.BYTES + Long.BYTES;

  /** Version byte, source, time. */
  public byte[] encode() {
    return source == (int) source
        ? ByteBuffer.allocate(NARROW_BYTES).put(NARROW).putInt((int) source).putLong(time).array()
        : ByteBuffer.allocate(WIDE_BYTES).put(WIDE).putLong(source).putLong(time).array();
  }

  /**
   * Reads {@link #encode}'s bytes.
   *
   * @throws IllegalArgumentException if they are anything else
   */
  public static Watermark decode(byte[] bytes) {
    int version = bytes.length == 0 ? -1 : bytes[0];
    ByteBuffer in = ByteBuffer.wrap(bytes);
    if (version == NARROW && bytes.length == NARROW_BYTES) {
      in.get();
      return new Watermark(in.getInt(), in.getLong());
    }
    if (version == WIDE && bytes.length == WIDE_BYTES) {
      in.get();
      return new Watermark(in.getLong(), in.getLong());
    }
    throw new IllegalArgumentException(
        "watermark: %d bytes, version %d (expected: %d bytes, version %d, or %d bytes, version %d)"
            .formatted(bytes.length, version, NARROW_BYTES, NARROW, WIDE_BYTES, WIDE));
  }
}
