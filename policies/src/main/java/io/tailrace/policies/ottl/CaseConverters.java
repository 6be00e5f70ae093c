package io.tailrace.policies.ottl;

import static io.tailrace.policies.ottl.Parameter.Accepts.STRING;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Functions that change the case of text. */
final class CaseConverters {
  private static final Map<String, Conversion> CASES =
      Map.of(
          "lower",
          text -> text.toLowerCase(Locale.ROOT),
          "upper",
          text -> text.toUpperCase(Locale.ROOT),
          "snake",
          CaseConverters::snake,
          "camel",
          CaseConverters::camel);

  private static final Parameter.Preparation CASE =
      (text, regexes, fault) -> {
        fault.accept("lower, upper, snake or camel");
        return CASES.get(text);
      };

  private CaseConverters() {}

  static List<Converter> all() {
    return List.of(
        Converter.named("ConvertCase")
            .takes("target", STRING)
            .takesFixed("to_case", CASE)
            .gives(Type.STRING, (a, f) -> ((Conversion) a[1]).apply((String) a[0])),
        to("ToLowerCase", "lower"),
        to("ToUpperCase", "upper"),
        to("ToSnakeCase", "snake"),
        to("ToCamelCase", "camel"));
  }

  private interface Conversion {
    String apply(String text);
  }

  private static Converter to(String name, String toCase) {
    Conversion conversion = CASES.get(toCase);
    return Converter.named(name)
        .takes("target", STRING)
        .gives(Type.STRING, (a, frame) -> conversion.apply((String) a[0]));
  }

  /** A word begins at a capital after none, at the last of some capitals, and at digits. */
  private static String snake(String text) {
    StringBuilder snake = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (isGap(c)) {
        snake.append('_');
        continue;
      }
      if (i > 0 && !isGap(text.charAt(i - 1)) && beginsWord(text, i)) {
        snake.append('_');
      }
      snake.append(Character.toLowerCase(c));
    }
    return snake.toString();
  }

  private static boolean beginsWord(String text, int i) {
    char before = text.charAt(i - 1);
    char c = text.charAt(i);
    if (isDigit(before) != isDigit(c)) {
      return true;
    }
    boolean lowerNext = i + 1 < text.length() && isLower(text.charAt(i + 1));
    return isUpper(c) && (isLower(before) || (isUpper(before) && lowerNext));
  }

  /** Gaps go, and what follows one or a digit is a capital. */
  private static String camel(String text) {
    StringBuilder camel = new StringBuilder();
    boolean capital = true;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!isGap(c)) {
        camel.append(capital && isLower(c) ? (char) (c - 'a' + 'A') : c);
      }
      capital = isGap(c) || isDigit(c);
    }
    return camel.toString();
  }

  private static boolean isGap(char c) {
    return c == '_' || c == ' ' || c == '-' || c == '.';
  }

  private static boolean isUpper(char c) {
    return c >= 'A' && c <= 'Z';
  }

  private static boolean isLower(char c) {
    return c >= 'a' && c <= 'z';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
