package io.tailrace.serdes;

import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sets attributes of a message that was rewritten. */
final class SetAttributes {
  private SetAttributes() {}

  /**
   * Returns the texts and integers among the attributes; the first of duplicate keys counts.
   *
   * @param tag tag of the attributes
   */
  static Map<String, Object> read(byte[] message, int tag) throws IOException {
    Map<String, Object> values = new HashMap<>();
    Map<String, Boolean> seen = new HashMap<>();
    WireReader in = new WireReader().of(message, 0, message.length);
    for (int next = in.tag(); next != 0; next = in.tag()) {
      if (next == tag) {
        int outer = in.enter();
        readInto(values, seen, in, message);
        in.leave(outer);
      } else {
        in.skip(next);
      }
    }
    return values;
  }

  private static void readInto(
      Map<String, Object> values, Map<String, Boolean> seen, WireReader in, byte[] message)
      throws IOException {
    String key = "";
    @Nullable Object value = null;
    for (int part = in.tag(); part != 0; part = in.tag()) {
      if (part == OtlpFields.KEY_VALUE_KEY) {
        key = StrictText.read(in, message);
      } else {
        int outer = in.enter();
        int type = in.tag();
        if (type == OtlpFields.ANY_STRING) {
          value = in.text();
        } else if (type == OtlpFields.ANY_INT) {
          value = in.varint64();
        }
        in.leave(outer);
      }
    }
    if (seen.putIfAbsent(key, true) == null && value != null) {
      values.put(key, value);
    }
  }

  /**
   * Writes the message with these attributes: texts and longs by key. One with the same key is
   * replaced in its place; the others go last.
   */
  static void write(Map<String, Object> attributes, byte[] message, int tag, ForwardWriter out)
      throws IOException {
    Map<String, Object> left = new LinkedHashMap<>(attributes);
    WireReader in = new WireReader().of(message, 0, message.length);
    int start = 0;
    for (int next = in.tag(); next != 0; next = in.tag()) {
      Object value = null;
      if (next == tag) {
        int outer = in.enter();
        String key = key(in, message);
        in.leave(outer);
        value = left.remove(key);
        if (value != null) {
          write(tag, key, value, out);
        }
      } else {
        in.skip(next);
      }
      if (value == null) {
        out.writeRaw(message, start, in.at());
      }
      start = in.at();
    }
    left.forEach((key, value) -> write(tag, key, value, out));
  }

  private static String key(WireReader in, byte[] message) throws IOException {
    for (int part = in.tag(); part != 0; part = in.tag()) {
      if (part == OtlpFields.KEY_VALUE_KEY) {
        return StrictText.read(in, message);
      }
      in.skip(part);
    }
    return "";
  }

  private static void write(int tag, String key, Object value, ForwardWriter out) {
    if (value instanceof String text) {
      out.writeTextAttribute(tag, key, text);
      return;
    }
    out.writeVarint(tag);
    int attribute = out.open();
    out.writeVarint(OtlpFields.KEY_VALUE_KEY);
    out.writeText(key);
    out.writeVarint(OtlpFields.KEY_VALUE_VALUE);
    int any = out.open();
    out.writeVarint(OtlpFields.ANY_INT);
    out.writeVarint((Long) value);
    out.close(any);
    out.close(attribute);
  }
}
