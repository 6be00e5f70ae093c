package io.tailrace.policies.ottl.values;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Parses and writes JSON. Numbers are floats, null is nil. */
public final class Json {
  /** Cost of a value in addition to its text: the object and its reference. */
  private static final int CHARS_PER_VALUE = 16;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES) // texts of strangers
          .streamReadConstraints(
              StreamReadConstraints.builder() // a span bounds the text, and value() the depth
                  .maxNestingDepth(Values.MAX_DEPTH + 2)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private Json() {}

  /** Parses a map or list. Throws on other values. */
  public static @Nullable Object read(String text, Frame frame) {
    try (JsonParser parser = FACTORY.createParser(text)) {
      Object value = value(parser, parser.nextToken(), frame, 0);
      boolean isWhole = parser.nextToken() == null;
      if (isWhole && (value instanceof Map || value instanceof List)) {
        return value;
      }
    } catch (IOException notJson) {
      throw new EvaluationException("no JSON object or array");
    }
    throw new EvaluationException("no JSON object or array");
  }

  private static @Nullable Object value(
      JsonParser parser, @Nullable JsonToken token, Frame frame, int depth) throws IOException {
    frame.charge(CHARS_PER_VALUE);
    if (depth > Values.MAX_DEPTH) {
      throw new EvaluationException("JSON nested too deep");
    }
    if (token == null) {
      throw new EvaluationException("no JSON object or array");
    }
    return switch (token) {
      case START_OBJECT -> map(parser, frame, depth);
      case START_ARRAY -> list(parser, frame, depth);
      case VALUE_STRING -> parser.getText();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      default -> number(parser);
    };
  }

  private static Map<String, @Nullable Object> map(JsonParser parser, Frame frame, int depth)
      throws IOException {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      map.put(key, value(parser, parser.nextToken(), frame, depth + 1));
    }
    return map;
  }

  private static List<@Nullable Object> list(JsonParser parser, Frame frame, int depth)
      throws IOException {
    List<@Nullable Object> list = new ArrayList<>();
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      list.add(value(parser, token, frame, depth + 1));
    }
    return list;
  }

  private static Double number(JsonParser parser) throws IOException {
    Double value = Strings.realOrNull(parser.getText());
    if (value == null) {
      throw new EvaluationException("no JSON object or array");
    }
    return value;
  }

  /** Writes a value as JSON. Keys are sorted as in Go; bytes are base64. */
  static String write(@Nullable Object value, Frame frame) {
    StringBuilder json = new StringBuilder();
    write(value, json, frame, 0);
    return json.toString();
  }

  private static void write(@Nullable Object value, StringBuilder json, Frame frame, int depth) {
    frame.charge(CHARS_PER_VALUE);
    if (depth > Values.MAX_DEPTH) {
      throw new EvaluationException("a value nested too deep");
    }
    if (value instanceof Map<?, ?> map) {
      String before = "{";
      for (String key : sortedKeys(map)) {
        quote(key, json.append(before), frame);
        write(map.get(key), json.append(':'), frame, depth + 1);
        before = ",";
      }
      json.append(map.isEmpty() ? "{}" : "}");
    } else if (value instanceof List<?> list) {
      String before = "[";
      for (Object item : list) {
        write(item, json.append(before), frame, depth + 1);
        before = ",";
      }
      json.append(list.isEmpty() ? "[]" : "]");
    } else if (value instanceof byte[] bytes) {
      frame.charge(2L * bytes.length);
      json.append('"').append(Base64.getEncoder().encodeToString(bytes)).append('"');
    } else if (value instanceof Double real) {
      json.append(number(real));
    } else if (value == null || value instanceof Long || value instanceof Boolean) {
      json.append(value);
    } else {
      quote(Strings.of(value, frame), json, frame);
    }
  }

  private static List<String> sortedKeys(Map<?, ?> map) {
    List<String> keys = new ArrayList<>(map.size());
    map.keySet().forEach(key -> keys.add((String) key));
    keys.sort(Values::order);
    return keys;
  }

  static String number(double value) {
    if (!Double.isFinite(value)) {
      throw new EvaluationException("no JSON for a float that is not finite");
    }
    double size = Math.abs(value);
    if (value == 0 || (size >= 1e-6 && size < 1e21)) {
      return Strings.real(value);
    }
    BigDecimal shortest = Strings.shortest(value);
    String digits = shortest.unscaledValue().abs().toString();
    int exponent = digits.length() - 1 - shortest.scale();
    return (value < 0 ? "-" : "")
        + digits.charAt(0)
        + (digits.length() > 1 ? "." + digits.substring(1) : "")
        + (exponent < 0 ? "e-" : "e+")
        + (exponent > -10 && exponent < 0 ? "0" : "")
        + Math.abs(exponent);
  }

  private static void quote(String value, StringBuilder json, Frame frame) {
    frame.charge(value.length());
    json.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      int escape = "\"\\\n\r\t\b\f".indexOf(c);
      if (escape >= 0) {
        json.append('\\').append("\"\\nrtbf".charAt(escape));
      } else if (c < ' ' || "<>&\u2028\u2029".indexOf(c) >= 0) {
        json.append(String.format("\\u%04x", (int) c));
      } else {
        json.append(c);
      }
    }
    json.append('"');
  }
}
