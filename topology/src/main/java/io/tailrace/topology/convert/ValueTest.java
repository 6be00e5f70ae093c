package io.tailrace.topology.convert;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an operator of Refinery says of a value, as in {@code sample/rules.go} and {@code
 * config/sampler_config.go} of Refinery 3.
 *
 * @param on OTTL condition on an expression; false for nil
 * @param absent result if the field is absent. Refinery compares the text {@code <nil>} with most
 *     text operators.
 */
record ValueTest(UnaryOperator<String> on, boolean absent) {
  private static final String NIL = "<nil>";
  private static final BigDecimal NANOS = new BigDecimal(1_000_000);
  private static final Set<String> ORDER = Set.of("=", "!=", ">", ">=", "<", "<=");
  private static final String TRUE = "^(1|t|T|TRUE|true|True)\\z";

  /**
   * Returns the test.
   *
   * @throws IllegalArgumentException with the reason if OTTL or Refinery has no such test
   */
  static ValueTest of(String operator, String datatype, @Nullable Object value) {
    if (ORDER.contains(operator)) {
      return ordered(operator, datatype, value);
    }
    String text = text(value);
    return switch (operator) {
      case "exists" -> new ValueTest(x -> x + " != nil", false);
      case "not-exists" -> new ValueTest(x -> "false", true);
      case "contains" -> matching(Ottl.literal(text), NIL.contains(text));
      case "does-not-contain" -> matching(Ottl.literal(text), NIL.contains(text)).negated();
      case "starts-with" -> matching("^" + Ottl.literal(text), NIL.startsWith(text));
      case "matches" -> regex(text);
      case "in" -> in(datatype, value);
      case "not-in" -> in(datatype, value).negated();
      default ->
          throw new IllegalArgumentException(
              operator + " (expected: a known Operator, in lower case)");
    };
  }

  private ValueTest negated() {
    return new ValueTest(x -> x + " != nil and not (" + on.apply(x) + ")", !absent);
  }

  private static ValueTest matching(String regex, boolean absent) {
    return new ValueTest(x -> "IsMatch(" + x + ", " + Ottl.quoted(regex) + ")", absent);
  }

  private static ValueTest regex(String regex) {
    try {
      return matching(regex, Pattern.compile(regex).matcher(NIL).find());
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(regex + " (expected: a regular expression)", e);
    }
  }

  private static ValueTest ordered(String operator, String datatype, @Nullable Object value) {
    String op = operator.equals("=") ? "==" : operator;
    boolean differs = op.equals("!=");
    return switch (datatype) {
      case "string" -> {
        String other = Ottl.quoted(text(value));
        yield new ValueTest(
            x -> x + " != nil and String(" + x + ") " + op + " " + other,
            holds(op, NIL.compareTo(text(value))));
      }
      case "int" -> converted("Int", op, number(value).setScale(0, RoundingMode.DOWN));
      case "float" -> converted("Double", op, number(value));
      case "bool" -> {
        if (!op.equals("==") && !differs) {
          throw new IllegalArgumentException(operator + " (expected: = or != for bool)");
        }
        boolean wanted = TRUE_TEXTS.contains(text(value)) != differs;
        ValueTest truth = matching(TRUE, false);
        yield wanted ? truth : new ValueTest(truth.negated().on, false);
      }
      case "" -> typed(op, value);
      default ->
          throw new IllegalArgumentException(datatype + " (expected: string, int, float or bool)");
    };
  }

  private static final Set<String> TRUE_TEXTS = Set.of("1", "t", "T", "TRUE", "true", "True");

  /** Values of another type are neither equal nor different. */
  private static ValueTest typed(String op, @Nullable Object value) {
    if (value instanceof String text) {
      return new ValueTest(
          x -> "IsString(" + x + ") and " + x + " " + op + " " + Ottl.quoted(text), false);
    }
    if (value instanceof Boolean) {
      return new ValueTest(x -> "IsBool(" + x + ") and " + x + " " + op + " " + value, false);
    }
    String other = number(value).toPlainString();
    return new ValueTest(
        x ->
            x.equals(Source.DURATION)
                ? x + " " + op + " " + nanos(value)
                : "(IsInt(" + x + ") or IsDouble(" + x + ")) and " + x + " " + op + " " + other,
        false);
  }

  private static ValueTest converted(String function, String op, BigDecimal value) {
    return new ValueTest(
        x -> {
          if (x.equals(Source.DURATION)) {
            return x + " " + op + " " + nanos(value);
          }
          String number = function + "(" + x + ")";
          return "not IsBool(%s) and %s != nil and %s %s %s"
              .formatted(x, number, number, op, value.toPlainString());
        },
        false);
  }

  private static ValueTest in(String datatype, @Nullable Object value) {
    List<?> values = value instanceof List<?> list ? list : Stream.ofNullable(value).toList();
    if (datatype.equals("bool") || values.isEmpty()) {
      throw new IllegalArgumentException("in (expected: a list of texts or numbers)");
    }
    String type = datatype.isEmpty() ? "string" : datatype;
    List<ValueTest> tests = values.stream().map(v -> ordered("=", type, v)).toList();
    return new ValueTest(
        x -> Ottl.any(tests.stream().map(t -> t.on.apply(x)).toList()),
        tests.stream().anyMatch(ValueTest::absent));
  }

  private static String nanos(@Nullable Object millis) {
    return number(millis).multiply(NANOS).setScale(0, RoundingMode.HALF_UP).toPlainString();
  }

  private static boolean holds(String op, int order) {
    return switch (op) {
      case "==" -> order == 0;
      case "!=" -> order != 0;
      case ">" -> order > 0;
      case ">=" -> order >= 0;
      case "<" -> order < 0;
      default -> order <= 0;
    };
  }

  private static BigDecimal number(@Nullable Object value) {
    try {
      return new BigDecimal(String.valueOf(value));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(value + " (expected: a number)", e);
    }
  }

  private static String text(@Nullable Object value) {
    return value == null ? NIL : String.valueOf(value);
  }
}
