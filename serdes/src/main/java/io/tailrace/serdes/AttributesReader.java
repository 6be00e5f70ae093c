package io.tailrace.serdes;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Attributes of a span, event, scope or resource. Each value is decoded on first access.
 *
 * <p>A value is a {@link String}, {@link Long}, {@link Double}, {@link Boolean}, {@code byte[]},
 * {@code List} of values, {@code Map} of text to value, or null for an empty {@code AnyValue}.
 * Callers must not modify values. The first of duplicate keys wins. A malformed value fails access
 * to that value and to the whole map. A malformed key fails all access.
 */
public final class AttributesReader extends LazyPart {
  /**
   * Limit for linear search. Larger messages use a map, because many lookups would take quadratic
   * time.
   */
  private static final int LOOKED_THROUGH = 32;

  private static final int NONE = -1;
  private static final Object NOTHING = new Object(); // a decoded null value

  private final WireReader in = new WireReader();
  private int from; // after the tag of the first of the consecutive attributes
  private int to;
  private int size;
  private int[] start = new int[8]; // start of the KeyValue
  private int[] end = new int[8];
  private int[] keyStart = new int[8];
  private int[] keyLength = new int[8];

  /** Null if not decoded yet; otherwise the value, {@link #NOTHING} or the failure. */
  private @Nullable Object[] values = new @Nullable Object[8];

  private @Nullable Map<String, Integer> byKey;
  private @Nullable Map<String, @Nullable Object> all;
  private @Nullable MalformedOtlpException allFailed;

  AttributesReader() {}

  /**
   * Returns the value of {@code key}, or null if there is none.
   *
   * @throws MalformedOtlpException if the value, or the key of any attribute, is malformed
   */
  public @Nullable Object get(String key) throws MalformedOtlpException {
    int found = indexOf(key);
    return found == NONE ? null : value(found);
  }

  /**
   * Returns whether there is an attribute {@code key}, with or without a value.
   *
   * @throws MalformedOtlpException if the key of any attribute is malformed
   */
  public boolean has(String key) throws MalformedOtlpException {
    return indexOf(key) != NONE;
  }

  private int indexOf(String key) throws MalformedOtlpException {
    demand();
    return size <= LOOKED_THROUGH ? find(key) : findByHash(key);
  }

  /**
   * Returns all attributes in wire order.
   *
   * @throws MalformedOtlpException if an attribute is malformed
   */
  public Map<String, @Nullable Object> toMap() throws MalformedOtlpException {
    demand();
    if (allFailed != null) {
      throw allFailed;
    }
    if (all == null) {
      all = decodeAll();
    }
    return all;
  }

  void clear(byte[] inRecord) {
    restart(inRecord);
    Arrays.fill(values, 0, size, null);
    from = 0;
    to = 0;
    size = 0;
    byKey = null;
    all = null;
    allFailed = null;
  }

  /**
   * Sets the position of a span's attributes.
   *
   * @param afterTag offset after the tag of the first attribute
   * @param end end offset of the last attribute
   */
  void ofSpan(byte[] inRecord, int afterTag, int end) {
    clear(inRecord);
    from = afterTag;
    to = end;
  }

  /** Records the position of the next {@code KeyValue} and skips it. */
  void pass(WireReader in) throws IOException {
    if (size == start.length) {
      start = Arrays.copyOf(start, size * 2);
      end = Arrays.copyOf(end, size * 2);
      keyStart = Arrays.copyOf(keyStart, size * 2);
      keyLength = Arrays.copyOf(keyLength, size * 2);
      values = Arrays.copyOf(values, size * 2);
    }
    int length = in.length();
    start[size] = in.at();
    in.pass(length);
    end[size] = in.at();
    size++;
  }

  /** Reads the keys. */
  @Override
  void walk() throws IOException {
    if (to > from) {
      passAll();
    }
    for (int i = 0; i < size; i++) {
      keyStart[i] = start[i] + PlainKeyValue.BEFORE_KEY;
      keyLength[i] = PlainKeyValue.keyLength(record, start[i], end[i]);
      if (keyLength[i] < 0) {
        walkKey(i);
      }
    }
  }

  private void passAll() throws IOException {
    in.of(record, from, to);
    for (int tag = OtlpFields.SPAN_ATTRIBUTES; tag != 0; tag = in.tag()) {
      if (tag == OtlpFields.SPAN_ATTRIBUTES) {
        pass(in);
      } else {
        in.skip(tag);
      }
    }
  }

  private void walkKey(int attribute) throws IOException {
    keyStart[attribute] = 0;
    keyLength[attribute] = 0;
    in.of(record, start[attribute], end[attribute]);
    for (int tag = in.tag(); tag != 0; tag = in.tag()) {
      if (tag == OtlpFields.KEY_VALUE_KEY) {
        keyLength[attribute] = in.length();
        keyStart[attribute] = in.at();
        in.pass(keyLength[attribute]);
      } else {
        in.skip(tag);
      }
    }
  }

  private int find(String key) {
    for (int i = 0; i < size; i++) {
      if (isKey(key, i)) {
        return i;
      }
    }
    return NONE;
  }

  private boolean isKey(String key, int attribute) {
    int length = keyLength[attribute];
    if (length < key.length() || length > 3L * key.length()) {
      return false; // a char has one to three bytes
    }
    for (int i = 0; i < key.length(); i++) {
      byte next = record[keyStart[attribute] + i];
      if (next < 0 && key.charAt(i) > Byte.MAX_VALUE) {
        return key.equals(key(attribute));
      }
      if (next != key.charAt(i)) {
        return false;
      }
    }
    return length == key.length();
  }

  private int findByHash(String key) {
    if (byKey == null) {
      byKey = new HashMap<>();
      for (int i = 0; i < size; i++) {
        byKey.putIfAbsent(key(i), i);
      }
    }
    return byKey.getOrDefault(key, NONE);
  }

  private String key(int attribute) {
    return new String(record, keyStart[attribute], keyLength[attribute], StandardCharsets.UTF_8);
  }

  private Map<String, @Nullable Object> decodeAll() throws MalformedOtlpException {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    for (int i = 0; i < size; i++) {
      String key = key(i);
      if (!map.containsKey(key)) {
        try {
          map.put(key, value(i));
        } catch (MalformedOtlpException e) {
          allFailed = e;
          throw e;
        }
      }
    }
    return map;
  }

  private @Nullable Object value(int attribute) throws MalformedOtlpException {
    if (values[attribute] == null) {
      values[attribute] = decode(attribute);
    }
    Object value = values[attribute];
    if (value instanceof MalformedOtlpException failure) {
      throw failure;
    }
    return value == NOTHING ? null : value;
  }

  private Object decode(int attribute) {
    try {
      Object value = AnyValues.ofKeyValue(in.of(record, start[attribute], end[attribute]));
      return value == null ? NOTHING : value;
    } catch (IOException e) {
      return Wire.malformed(record, e);
    }
  }
}
