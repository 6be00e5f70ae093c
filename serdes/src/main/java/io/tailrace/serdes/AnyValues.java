package io.tailrace.serdes;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Decodes {@code AnyValue} messages, including nested ones, to objects. */
final class AnyValues {
  /** About twice the nesting that the generated classes accept. */
  static final int MAX_DEPTH = 100;

  private AnyValues() {}

  /**
   * Reads the value of a {@code KeyValue}. The message ends at the limit of {@code in}.
   *
   * @return a value as described in {@link AttributesReader}
   */
  static @Nullable Object ofKeyValue(WireReader in) throws IOException {
    @Nullable Object value = null;
    for (int tag = in.tag(); tag != 0; tag = in.tag()) {
      if (tag == OtlpFields.KEY_VALUE_VALUE) {
        value = enter(in, value, 0);
      } else {
        in.skip(tag);
      }
    }
    return value;
  }

  /** Reads an {@code AnyValue} that ends at the limit of {@code in}, like {@link #ofKeyValue}. */
  static @Nullable Object of(WireReader in) throws IOException {
    return read(in, null, 0);
  }

  private static @Nullable Object enter(WireReader in, @Nullable Object soFar, int depth)
      throws IOException {
    if (depth > MAX_DEPTH) {
      throw new InvalidProtocolBufferException(
          "attribute value nested too deeply (expected: at most " + MAX_DEPTH + " levels)");
    }
    int outer = in.enter();
    Object value = read(in, soFar, depth);
    in.leave(outer);
    return value;
  }

  /**
   * Reads a value. Duplicate messages are merged: lists and maps are concatenated; otherwise the
   * last value wins.
   */
  private static @Nullable Object read(WireReader in, @Nullable Object soFar, int depth)
      throws IOException {
    @Nullable Object value = soFar;
    for (int tag = in.tag(); tag != 0; tag = in.tag()) {
      if (tag == OtlpFields.ANY_STRING) {
        value = in.text();
      } else if (tag == OtlpFields.ANY_BOOL) {
        value = in.varint64() != 0;
      } else if (tag == OtlpFields.ANY_INT) {
        value = in.varint64();
      } else if (tag == OtlpFields.ANY_DOUBLE) {
        value = Double.longBitsToDouble(in.fixed64());
      } else if (tag == OtlpFields.ANY_BYTES) {
        value = in.bytes();
      } else if (tag == OtlpFields.ANY_ARRAY) {
        value = list(in, value, depth);
      } else if (tag == OtlpFields.ANY_KVLIST) {
        value = map(in, value, depth);
      } else {
        in.skip(tag);
      }
    }
    return value;
  }

  @SuppressWarnings("unchecked") // only this method creates lists
  private static List<@Nullable Object> list(WireReader in, @Nullable Object soFar, int depth)
      throws IOException {
    List<@Nullable Object> list =
        soFar instanceof List ? (List<@Nullable Object>) soFar : new ArrayList<>();
    int outer = in.enter();
    for (int tag = in.tag(); tag != 0; tag = in.tag()) {
      if (tag == OtlpFields.ARRAY_VALUES) {
        list.add(enter(in, null, depth + 1));
      } else {
        in.skip(tag);
      }
    }
    in.leave(outer);
    return list;
  }

  @SuppressWarnings("unchecked") // only this method creates maps
  private static Map<String, @Nullable Object> map(WireReader in, @Nullable Object soFar, int depth)
      throws IOException {
    Map<String, @Nullable Object> map =
        soFar instanceof Map ? (Map<String, @Nullable Object>) soFar : new LinkedHashMap<>();
    int outer = in.enter();
    for (int tag = in.tag(); tag != 0; tag = in.tag()) {
      if (tag == OtlpFields.KVLIST_VALUES) {
        int entryOuter = in.enter();
        readEntry(in, map, depth + 1);
        in.leave(entryOuter);
      } else {
        in.skip(tag);
      }
    }
    in.leave(outer);
    return map;
  }

  private static void readEntry(WireReader in, Map<String, @Nullable Object> into, int depth)
      throws IOException {
    String key = "";
    @Nullable Object value = null;
    for (int tag = in.tag(); tag != 0; tag = in.tag()) {
      if (tag == OtlpFields.KEY_VALUE_KEY) {
        key = in.text();
      } else if (tag == OtlpFields.KEY_VALUE_VALUE) {
        value = enter(in, value, depth);
      } else {
        in.skip(tag);
      }
    }
    if (!into.containsKey(key)) {
      into.put(key, value);
    }
  }
}
