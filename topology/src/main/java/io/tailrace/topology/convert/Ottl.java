package io.tailrace.topology.convert;

import java.util.List;

/** Writes parts of OTTL conditions. */
final class Ottl {
  private Ottl() {}

  static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> quoted.append('\\').append(c);
        case '\n' -> quoted.append("\\n");
        case '\r' -> quoted.append("\\r");
        case '\t' -> quoted.append("\\t");
        default -> {
          if (Character.isISOControl(c)) {
            quoted.append("\\u%04x".formatted((int) c));
          } else {
            quoted.append(c);
          }
        }
      }
    }
    return quoted.append('"').toString();
  }

  /** Returns a regular expression that matches this text only. */
  static String literal(String text) {
    return text.replaceAll("[\\\\.+*?()|\\[\\]{}^$]", "\\\\$0");
  }

  static String any(List<String> conditions) {
    return conditions.size() == 1 ? conditions.get(0) : joined(conditions, " or ");
  }

  static String all(List<String> conditions) {
    return conditions.size() == 1 ? conditions.get(0) : joined(conditions, " and ");
  }

  private static String joined(List<String> conditions, String word) {
    return String.join(word, conditions.stream().map(Ottl::grouped).toList());
  }

  private static String grouped(String condition) {
    boolean simple = !condition.contains(" and ") && !condition.contains(" or ");
    return simple ? condition : "(" + condition + ")";
  }
}
