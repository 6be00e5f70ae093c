package io.tailrace.policies.ottl.functions;

import static io.tailrace.policies.ottl.values.Parameter.Accepts.STRING;

import io.tailrace.policies.ottl.values.Converter;
import io.tailrace.policies.ottl.values.Parameter;
import io.tailrace.policies.ottl.values.Type;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;

/** Functions that change the case of text. */
final class CaseConverters {
  private static final Map<String, Conversion> CASES =
      Map.of(
          "lower",
          CaseConverters::lower,
          "upper",
          CaseConverters::upper,
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
        to("ToLowerCase", CaseConverters::lower),
        to("ToUpperCase", CaseConverters::upper),
        to("ToSnakeCase", CaseConverters::snake),
        to("ToCamelCase", CaseConverters::camel));
  }

  private interface Conversion {
    String apply(String text);
  }

  private static Converter to(String name, Conversion conversion) {
    return Converter.named(name)
        .takes("target", STRING)
        .gives(Type.STRING, (a, frame) -> conversion.apply((String) a[0]));
  }

  /** Maps code points one to one as in Go: ß has no upper case. */
  private static String lower(String text) {
    return mapped(text, Character::toLowerCase);
  }

  private static String upper(String text) {
    return mapped(text, Character::toUpperCase);
  }

  private static String mapped(String text, IntUnaryOperator mapping) {
    StringBuilder mapped = new StringBuilder(text.length());
    text.codePoints().map(mapping).forEach(mapped::appendCodePoint);
    return mapped.toString();
  }

  /** Splits words where the kind of letter or digit changes. Only ASCII letters have a case. */
  private static String snake(String spaced) {
    String text = spaced.strip();
    StringBuilder snake = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      char next = i + 1 < text.length() ? text.charAt(i + 1) : 0;
      boolean acronymEnds = isUpper(c) && isLower(next) && i > 0 && isUpper(text.charAt(i - 1));
      snake.append(acronymEnds ? "_" : "").append(isGap(c) ? '_' : asciiLower(c));
      boolean changes =
          (isUpper(c) && isDigit(next))
              || (isLower(c) && (isUpper(next) || isDigit(next)))
              || (isDigit(c) && (isUpper(next) || isLower(next)));
      snake.append(changes ? "_" : "");
    }
    return snake.toString();
  }

  /** Keeps ASCII letters and digits. Capitalises at the start, after a gap and after a digit. */
  private static String camel(String spaced) {
    String text = spaced.strip();
    StringBuilder camel = new StringBuilder();
    boolean capital = true;
    boolean afterUpper = false;
    for (char c : (text.equals("ID") ? "id" : text).toCharArray()) { // the only known acronym
      boolean letter = isUpper(c) || isLower(c);
      if (letter || isDigit(c)) {
        boolean lowers = !capital && afterUpper;
        camel.append(capital ? asciiUpper(c) : lowers ? asciiLower(c) : c);
        capital = !letter;
      } else {
        capital = isGap(c);
      }
      afterUpper = isUpper(c);
    }
    return camel.toString();
  }

  private static char asciiLower(char c) {
    return isUpper(c) ? (char) (c - 'A' + 'a') : c;
  }

  private static char asciiUpper(char c) {
    return isLower(c) ? (char) (c - 'a' + 'A') : c;
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
