package io.tailrace.serdes;

import java.nio.ByteBuffer;

/**
 * Says, on a partition of the by-trace topic, that all which an ingest partition held up to a log
 * time has been split and stands before this record.
 *
 * @param source number of the ingest partition
 * @param time log time, Unix milliseconds
 */
public record Watermark(int source, long time) {
  private static final byte VERSION = 1;
  private static final int BYTES = 1 + Integer.BYTES + Long.BYTES;

  /** Version byte, source, time. */
  public byte[] encode() {
    return ByteBuffer.allocate(BYTES).put(VERSION).putInt(source).putLong(time).array();
  }

  /**
   * Reads {@link #encode}'s bytes.
   *
   * @throws IllegalArgumentException if they are anything else
   */
  public static Watermark decode(byte[] bytes) {
    if (bytes.length != BYTES || bytes[0] != VERSION) {
      throw new IllegalArgumentException(
          "watermark: %d bytes, version %d (expected: %d bytes, version %d)"
              .formatted(bytes.length, bytes.length == 0 ? -1 : bytes[0], BYTES, VERSION));
    }
    ByteBuffer in = ByteBuffer.wrap(bytes, 1, BYTES - 1);
    return new Watermark(in.getInt(), in.getLong());
  }
}
