package io.tailrace.policies.ottl;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Parses and writes JSON. Numbers are floats, null is nil. */
final class Json {
  /** Cost of a value in addition to its text: the object and its reference. */
  private static final int CHARS_PER_VALUE = 16;

  private final String text;
  private final Frame frame;
  private int at;

  private Json(String text, Frame frame) {
    this.text = text;
    this.frame = frame;
  }

  /** Parses a map or list. Throws on other values. */
  static Object read(String text, Frame frame) {
    Json json = new Json(text, frame);
    Object value = json.value(0);
    json.space();
    if (json.at != text.length() || !(value instanceof Map || value instanceof List)) {
      throw json.broken();
    }
    return value;
  }

  private Object value(int depth) {
    frame.charge(CHARS_PER_VALUE);
    if (depth > Values.MAX_DEPTH) {
      throw new EvaluationException("JSON nested too deep");
    }
    space();
    return switch (at < text.length() ? text.charAt(at) : 0) {
      case '{' -> map(depth);
      case '[' -> list(depth);
      case '"' -> string();
      case 't' -> word("true", true);
      case 'f' -> word("false", false);
      case 'n' -> word("null", null);
      default -> number();
    };
  }

  private Map<String, Object> map(int depth) {
    at++;
    Map<String, Object> map = new LinkedHashMap<>();
    if (ends('}')) {
      return map;
    }
    do {
      space();
      if (at >= text.length() || text.charAt(at) != '"') {
        throw broken();
      }
      String key = string();
      expect(':');
      map.put(key, value(depth + 1));
    } while (goesOn('}'));
    return map;
  }

  private List<Object> list(int depth) {
    at++;
    List<Object> list = new ArrayList<>();
    if (ends(']')) {
      return list;
    }
    do {
      list.add(value(depth + 1));
    } while (goesOn(']'));
    return list;
  }

  private boolean ends(char end) {
    space();
    if (at < text.length() && text.charAt(at) == end) {
      at++;
      return true;
    }
    return false;
  }

  private boolean goesOn(char end) {
    if (ends(end)) {
      return false;
    }
    expect(',');
    return true;
  }

  private void expect(char c) {
    if (!ends(c)) {
      throw broken();
    }
  }

  private Object word(String word, Object value) {
    if (!text.startsWith(word, at)) {
      throw broken();
    }
    at += word.length();
    return value;
  }

  private Double number() {
    int start = at;
    while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    String number = text.substring(start, at);
    int digits = number.startsWith("-") ? 1 : 0;
    boolean zeros = number.startsWith("0", digits) && number.matches("-?0[0-9].*");
    Double value =
        zeros || number.startsWith("+") || number.matches("(?s)-?\\..*|.*\\.([^0-9].*)?")
            ? null
            : Strings.realOrNull(number);
    if (value == null) {
      throw broken();
    }
    return value;
  }

  private String string() {
    StringBuilder value = new StringBuilder();
    for (at++; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '"') {
        at++;
        return value.toString();
      }
      if (c < ' ') {
        throw broken();
      }
      value.append(c == '\\' ? escaped() : c);
    }
    throw broken();
  }

  private char escaped() {
    at++;
    int simple = at < text.length() ? "\"\\/bfnrt".indexOf(text.charAt(at)) : -1;
    if (simple >= 0) {
      return "\"\\/\b\f\n\r\t".charAt(simple);
    }
    if (!text.startsWith("u", at) || at + 4 >= text.length()) {
      throw broken();
    }
    int code = 0;
    for (int i = 0; i < 4; i++) {
      at++;
      int digit = Character.digit(text.charAt(at), 16);
      if (digit < 0) {
        throw broken();
      }
      code = code * 16 + digit;
    }
    return (char) code;
  }

  private void space() {
    while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private EvaluationException broken() {
    return new EvaluationException("no JSON object or array");
  }

  /** Writes a value as JSON. Keys are sorted as in Go; bytes are base64. */
  static String write(Object value, Frame frame) {
    StringBuilder json = new StringBuilder();
    write(value, json, frame, 0);
    return json.toString();
  }

  private static void write(Object value, StringBuilder json, Frame frame, int depth) {
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
