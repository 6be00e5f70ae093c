package io.tailrace.serdes;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * One attribute value, read in place. Reused from attribute to attribute: valid only during the
 * call that hands it over. Not thread-safe.
 */
public final class AttributeCursor {
  /** What an {@code AnyValue} holds; {@code OTHER} is an array, a map, bytes or nothing. */
  public enum Type {
    STRING,
    BOOL,
    INT,
    DOUBLE,
    OTHER
  }

  private Type type = Type.OTHER;
  private byte[] buffer;
  private int stringStart;
  private int stringLength;
  private long number;

  public Type type() {
    return type;
  }

  /** The value if {@link Type#STRING}; decoded anew at each call. */
  public String string() {
    return new String(buffer, stringStart, stringLength, StandardCharsets.UTF_8);
  }

  /** The value if {@link Type#BOOL}. */
  public boolean bool() {
    return number != 0;
  }

  /** The value if {@link Type#INT}. */
  public long integer() {
    return number;
  }

  /** The value if {@link Type#DOUBLE}. */
  public double real() {
    return Double.longBitsToDouble(number);
  }

  void clear(byte[] record) {
    buffer = record;
    type = Type.OTHER;
  }

  /** Reads an {@code AnyValue} up to the limit that the caller has pushed; the last member wins. */
  void read(WireReader in) throws IOException {
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
