package io.tailrace.serdes;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * A 16-byte W3C trace ID as two big-endian halves.
 *
 * @param high bytes 0 to 7
 * @param low bytes 8 to 15
 */
public record TraceId(long high, long low) {
  public static final int BYTES = 16;
  private static final HexFormat HEX = HexFormat.of();

  /**
   * Reads 32 hex characters.
   *
   * @throws IllegalArgumentException if {@code hex} is not 32 hex characters
   */
  public static TraceId parse(String hex) {
    if (hex.length() != 2 * BYTES) {
      throw new IllegalArgumentException("trace id: " + hex + " (expected: 32 hex characters)");
    }
    return new TraceId(
        HexFormat.fromHexDigitsToLong(hex, 0, 16), HexFormat.fromHexDigitsToLong(hex, 16, 32));
  }

  /**
   * Mixes the bits of an ID for a hash table, because not all of its bytes need to be random. The
   * high bits are mixed best.
   */
  public static long mixed(long high, long low) {
    return (high ^ Long.rotateLeft(low, 32) ^ low) * 0x9e3779b97f4a7c15L;
  }

  /** Returns 32 lower-case hex characters. */
  public String toHex() {
    return HEX.toHexDigits(high) + HEX.toHexDigits(low);
  }

  /** Returns the record key of the by-trace and export topics: {@link #toHex()} in ASCII. */
  public byte[] toKey() {
    return toHex().getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public String toString() {
    return toHex();
  }
}
