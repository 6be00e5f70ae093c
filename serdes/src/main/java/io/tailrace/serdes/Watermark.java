package io.tailrace.serdes;

import java.nio.ByteBuffer;

/**
 * A progress record on a partition of the by-trace topic. All spans that an ingest partition
 * contained up to a log time have been split and precede this record.
 *
 * @param source number of the ingest partition across all topics
 * @param time log time, in Unix milliseconds
 */
public record Watermark(long source, long time) {
  /** Version for 32-bit source numbers, which a single ingest topic uses. */
  private static final byte NARROW = 1;

  private static final byte WIDE = 2;
  private static final int NARROW_BYTES = 1 + Integer.BYTES + Long.BYTES;
  private static final int WIDE_BYTES = 1 + Long.BYTES + Long.BYTES;

  /** Encodes: version byte, source, time. */
  public byte[] encode() {
    return source == (int) source
        ? ByteBuffer.allocate(NARROW_BYTES).put(NARROW).putInt((int) source).putLong(time).array()
        : ByteBuffer.allocate(WIDE_BYTES).put(WIDE).putLong(source).putLong(time).array();
  }

  /**
   * Decodes the bytes of {@link #encode}.
   *
   * @throws IllegalArgumentException if the bytes have another format
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
