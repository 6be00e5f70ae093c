package io.tailrace.policies.ottl.functions;

import static io.tailrace.policies.ottl.values.Parameter.Accepts.CONVERTIBLE;
import static io.tailrace.policies.ottl.values.Parameter.Accepts.INT;
import static io.tailrace.policies.ottl.values.Parameter.Accepts.STRING;

import io.tailrace.policies.ottl.values.Converter;
import io.tailrace.policies.ottl.values.EvaluationException;
import io.tailrace.policies.ottl.values.Frame;
import io.tailrace.policies.ottl.values.Strings;
import io.tailrace.policies.ottl.values.Type;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Functions on numbers. */
final class NumberConverters {
  private NumberConverters() {}

  static List<Converter> all() {
    return List.of(
        Converter.named("Log").takes("value", CONVERTIBLE).gives(Type.DOUBLE, (a, f) -> log(a[0])),
        Converter.named("ParseInt")
            .takes("target", STRING)
            .takes("base", INT)
            .gives(Type.INT, (a, f) -> parse((String) a[0], (Long) a[1])),
        Converter.named("IsValidLuhn")
            .takes("value", CONVERTIBLE)
            .gives(Type.BOOL, (a, f) -> isLuhn(a[0], f)));
  }

  private static double log(Object value) {
    Double number = value instanceof Number given ? (Double) given.doubleValue() : null;
    if (value instanceof String text) {
      number = Strings.realOrNull(text);
    } else if (value instanceof Boolean bool) {
      number = bool ? 1.0 : 0.0;
    }
    if (number == null || number <= 0) {
      throw new EvaluationException("no logarithm of this");
    }
    return Math.log(number);
  }

  /**
   * Parses an integer like Go's {@code strconv.ParseInt}. Base 0 selects the base by prefix and
   * allows underscores.
   */
  private static long parse(String text, long base) {
    String digits = text;
    boolean negative = text.startsWith("-");
    if (negative || text.startsWith("+")) {
      digits = text.substring(1);
    }
    int radix = base >= 0 && base <= Character.MAX_RADIX ? (int) base : 1;
    if (radix == 0) {
      radix = radixOf(digits);
      digits = withoutPrefix(digits, radix);
    }
    if (radix < Character.MIN_RADIX || digits.startsWith("-") || digits.startsWith("+")) {
      throw new EvaluationException("no integer in this base");
    }
    if (digits.chars().anyMatch(c -> c > 0x7f)) {
      throw new EvaluationException("a digit that is not ASCII");
    }
    return Long.parseLong(negative ? "-" + digits : digits, radix);
  }

  private static int radixOf(String digits) {
    String lower = digits.toLowerCase(Locale.ROOT);
    if (lower.startsWith("0x")) {
      return 16;
    }
    if (lower.startsWith("0b")) {
      return 2;
    }
    return lower.startsWith("0") && lower.length() > 1 ? 8 : 10;
  }

  private static String withoutPrefix(String digits, int radix) {
    boolean letter = digits.length() > 1 && Character.isLetter(digits.charAt(1));
    String rest = radix == 10 ? digits : digits.substring(letter ? 2 : 1);
    if (rest.endsWith("_") || rest.contains("__") || (radix == 10 && rest.startsWith("_"))) {
      throw new EvaluationException("an underscore between no digits");
    }
    return rest.replace("_", "");
  }

  /**
   * Validates a number with a Luhn check digit. Ignores spaces. A text without digits is invalid.
   */
  private static boolean isLuhn(@Nullable Object value, Frame frame) {
    if (value == null) {
      throw new EvaluationException("nil has no digits");
    }
    String digits = Strings.of(value, frame).replace(" ", "");
    int sum = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(digits.length() - 1 - i) - '0';
      if (digit < 0 || digit > 9) {
        throw new EvaluationException("not only digits");
      }
      int weighed = i % 2 == 0 ? digit : 2 * digit;
      sum += weighed > 9 ? weighed - 9 : weighed;
    }
    return !digits.isEmpty() && sum % 10 == 0;
  }
}
