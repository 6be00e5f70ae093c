package io.tailrace.policies.ottl.values;

import java.util.Arrays;
import java.util.HexFormat;

/** ID of a trace, span or profile. Equal to an ID of the same bytes, never to a byte slice. */
public final class Id {
  public static final int TRACE_BYTES = 16;
  public static final int SPAN_BYTES = 8;
  public static final int PROFILE_BYTES = 16;

  private final byte[] bytes;

  private Id(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Creates an ID from wire bytes.
   *
   * @param length expected length; an ID of another length becomes all zeros
   */
  public static Id of(byte[] bytes, int length) {
    return new Id(bytes.length == length ? bytes : new byte[length]);
  }

  byte[] bytes() {
    return bytes.clone();
  }

  public boolean isZero() {
    for (byte b : bytes) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Id that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** Returns the ID in hex. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }
}
