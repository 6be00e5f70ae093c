package io.tailrace.serdes;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One attribute value, read in place. Reused for every attribute: valid only during the callback.
 * Not thread-safe.
 */
public final class AttributeCursor {
  /** Type of an {@code AnyValue}. {@code OTHER} is an array, a map, bytes or no value. */
  public enum Type {
    STRING,
    BOOL,
    INT,
    DOUBLE,
    OTHER
  }

  private Type type = Type.OTHER;
  private byte[] buffer = {};
  private int stringStart;
  private int stringLength;
  private long number;
  private int valueStart;
  private int valueEnd;

  public Type type() {
    return type;
  }

  /** Returns the value if {@link Type#STRING}. Decodes it at each call. */
  public String string() {
    return new String(buffer, stringStart, stringLength, StandardCharsets.UTF_8);
  }

  /** Applies a function to the UTF-8 bytes of the value if {@link Type#STRING}. */
  public long string(BytesToLong function) {
    return function.of(buffer, stringStart, stringLength);
  }

  /**
   * Decodes a value of any type.
   *
   * @return a value as described in {@link AttributesReader}
   * @throws MalformedOtlpException if a list or map has a malformed element
   */
  public @Nullable Object value() throws MalformedOtlpException {
    try {
      return AnyValues.of(new WireReader().of(buffer, valueStart, valueEnd));
    } catch (IOException e) {
      throw Wire.malformed(buffer, e);
    }
  }

  /** Returns the value if {@link Type#BOOL}. */
  public boolean bool() {
    return number != 0;
  }

  /** Returns the value if {@link Type#INT}. */
  public long integer() {
    return number;
  }

  /** Returns the value if {@link Type#DOUBLE}. */
  public double real() {
    return Double.longBitsToDouble(number);
  }

  void clear(byte[] record) {
    buffer = record;
    type = Type.OTHER;
    valueStart = 0;
    valueEnd = 0;
  }

  /** Reads an {@code AnyValue} up to the limit set by the caller. The last field wins. */
  void read(WireReader in) throws IOException {
    valueStart = in.at();
    valueEnd = in.limit();
    for (int tag = in.tag(); tag != 0; tag = in.tag()) {
      if (tag == OtlpFields.ANY_STRING) {
        type = Type.STRING;
        stringLength = in.length();
        stringStart = in.at();
        in.pass(stringLength);
      } else if (tag == OtlpFields.ANY_BOOL) {
        type = Type.BOOL;
        number = in.varint64() != 0 ? 1 : 0;
      } else if (tag == OtlpFields.ANY_INT) {
        type = Type.INT;
        number = in.varint64();
      } else if (tag == OtlpFields.ANY_DOUBLE) {
        type = Type.DOUBLE;
        number = in.fixed64();
      } else {
        if (tag == OtlpFields.ANY_ARRAY
            || tag == OtlpFields.ANY_KVLIST
            || tag == OtlpFields.ANY_BYTES) {
          type = Type.OTHER;
        }
        in.skip(tag);
      }
    }
  }
}
