package io.tailrace.policies.export;

import io.tailrace.policies.ottl.AttributeText;
import io.tailrace.policies.ottl.values.Values;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Text of a value of any type, as {@code AsString} of the Collector's {@code
 * pdata/pcommon/value.go}. Differs where that has no text: floats that are not finite do not hide a
 * list or map.
 */
public final class ValueText {
  private static final String ESCAPED = "\"\\\n\r\t\b\f";
  private static final String ESCAPES = "\"\\nrtbf";

  private ValueText() {}

  /**
   * Returns the text.
   *
   * @param value a text, Long, Double, Boolean, {@code byte[]}, list, map of text to value, or null
   */
  public static String of(@Nullable Object value) {
    if (value instanceof String text) {
      return text;
    }
    if (value instanceof Map || value instanceof List) {
      StringBuilder json = new StringBuilder();
      write(value, json);
      return json.toString();
    }
    if (value instanceof Double real && !Double.isFinite(real)) {
      return real.toString();
    }
    if (value instanceof byte[] bytes) {
      return Base64.getEncoder().encodeToString(bytes); // of any length
    }
    return AttributeText.of(value);
  }

  private static void write(@Nullable Object value, StringBuilder json) {
    if (value instanceof Map<?, ?> map) {
      List<String> keys = new ArrayList<>(map.size());
      map.keySet().forEach(key -> keys.add((String) key));
      keys.sort(Values::order);
      json.append('{');
      for (String key : keys) {
        quote(key, json);
        write(map.get(key), json.append(':'));
        json.append(',');
      }
      close(json, '}');
    } else if (value instanceof List<?> list) {
      json.append('[');
      for (Object item : list) {
        write(item, json);
        json.append(',');
      }
      close(json, ']');
    } else if (value instanceof byte[] bytes) {
      json.append('"').append(Base64.getEncoder().encodeToString(bytes)).append('"');
    } else if (value instanceof String text) {
      quote(text, json);
    } else {
      json.append(value == null ? "null" : of(value));
    }
  }

  private static void close(StringBuilder json, char end) {
    int last = json.length() - 1;
    if (json.charAt(last) == ',') {
      json.setLength(last);
    }
    json.append(end);
  }

  private static void quote(String text, StringBuilder json) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int escape = ESCAPED.indexOf(c);
      if (escape >= 0) {
        json.append('\\').append(ESCAPES.charAt(escape));
      } else if (c < ' ' || c == '\u2028' || c == '\u2029') {
        json.append(String.format("\\u%04x", (int) c));
      } else {
        json.append(c);
      }
    }
    json.append('"');
  }
}
