package io.tailrace.serdes;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads texts and values of which nothing must be overlooked. Faults contain nothing of the values.
 */
final class StrictText {
  private StrictText() {}

  /** Reads a length-delimited field as text. */
  static String read(WireReader in, byte[] record) throws IOException {
    int length = in.length();
    int from = in.at();
    in.pass(length);
    return of(record, from, from + length);
  }

  /** Returns a range as text. */
  static String of(byte[] record, int from, int to) throws IOException {
    String text = new String(record, from, to - from, StandardCharsets.UTF_8);
    if (text.indexOf('\uFFFD') >= 0) {
      try {
        StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(record, from, to - from));
      } catch (CharacterCodingException e) {
        throw new InvalidProtocolBufferException("a text that is not UTF-8");
      }
    }
    return text;
  }

  /** Reads an {@code AnyValue} that ends at the limit of {@code in}. */
  static @Nullable Object value(WireReader in, byte[] record, int depth) throws IOException {
    int tag = in.tag();
    if (tag == 0) {
      return null;
    }
    if (depth > AnyValues.MAX_DEPTH) {
      throw new InvalidProtocolBufferException(
          "attribute value nested too deeply (expected: at most "
              + AnyValues.MAX_DEPTH
              + " levels)");
    }
    known(tag);
    @Nullable Object value;
    if (tag == OtlpFields.ANY_STRING) {
      value = read(in, record);
    } else if (tag == OtlpFields.ANY_BOOL) {
      value = in.varint64() != 0;
    } else if (tag == OtlpFields.ANY_INT) {
      value = in.varint64();
    } else if (tag == OtlpFields.ANY_DOUBLE) {
      value = Double.longBitsToDouble(in.fixed64());
    } else if (tag == OtlpFields.ANY_BYTES) {
      value = in.bytes();
    } else {
      int outer = in.enter();
      value =
          tag == OtlpFields.ANY_ARRAY ? list(in, record, depth + 1) : map(in, record, depth + 1);
      in.leave(outer);
    }
    end(in);
    return value;
  }

  private static List<@Nullable Object> list(WireReader in, byte[] record, int depth)
      throws IOException {
    List<@Nullable Object> list = new ArrayList<>();
    for (int tag = in.tag(); tag != 0; tag = in.tag()) {
      expect(tag, OtlpFields.ARRAY_VALUES);
      int outer = in.enter();
      list.add(value(in, record, depth));
      in.leave(outer);
    }
    return list;
  }

  private static Map<String, @Nullable Object> map(WireReader in, byte[] record, int depth)
      throws IOException {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    for (int tag = in.tag(); tag != 0; tag = in.tag()) {
      expect(tag, OtlpFields.KVLIST_VALUES);
      int outer = in.enter();
      entry(in, record, depth, map);
      in.leave(outer);
    }
    return map;
  }

  private static void entry(
      WireReader in, byte[] record, int depth, Map<String, @Nullable Object> to)
      throws IOException {
    String key = "";
    @Nullable Object value = null;
    int seen = 0;
    for (int tag = in.tag(); tag != 0; tag = in.tag()) {
      seen = once(tag, seen);
      if (tag == OtlpFields.KEY_VALUE_KEY) {
        key = read(in, record);
      } else {
        int outer = in.enter();
        value = value(in, record, depth);
        in.leave(outer);
      }
    }
    if (to.containsKey(key)) {
      throw new InvalidProtocolBufferException("a key that occurs twice in one value");
    }
    to.put(key, value);
  }

  /**
   * Checks a field of a {@code KeyValue}.
   *
   * @param seen the fields before it
   * @return these fields and the new one
   */
  static int once(int tag, int seen) throws IOException {
    int bit = tag == OtlpFields.KEY_VALUE_KEY ? 1 : tag == OtlpFields.KEY_VALUE_VALUE ? 2 : 0;
    if (bit == 0) {
      throw new InvalidProtocolBufferException("an attribute with an unknown field");
    }
    if ((seen & bit) != 0) {
      throw new InvalidProtocolBufferException("an attribute with two keys or values");
    }
    return seen | bit;
  }

  /** Checks the type of an {@code AnyValue}. */
  static void known(int tag) throws IOException {
    boolean isKnown =
        tag == OtlpFields.ANY_STRING
            || tag == OtlpFields.ANY_BOOL
            || tag == OtlpFields.ANY_INT
            || tag == OtlpFields.ANY_DOUBLE
            || tag == OtlpFields.ANY_ARRAY
            || tag == OtlpFields.ANY_KVLIST
            || tag == OtlpFields.ANY_BYTES;
    if (!isKnown) {
      throw new InvalidProtocolBufferException("an attribute value of unknown type");
    }
  }

  private static void expect(int tag, int expected) throws IOException {
    if (tag != expected) {
      throw new InvalidProtocolBufferException("an attribute value with an unknown field");
    }
  }

  static void end(WireReader in) throws IOException {
    if (in.at() != in.limit()) {
      throw new InvalidProtocolBufferException("an attribute value with several fields");
    }
  }

  static MalformedOtlpException unreadable(IOException cause) {
    return new MalformedOtlpException(String.valueOf(cause.getMessage()), cause);
  }
}
