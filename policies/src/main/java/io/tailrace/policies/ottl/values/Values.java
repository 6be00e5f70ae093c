package io.tailrace.policies.ottl.values;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Compares and indexes values by the rules in the Collector's {@code LANGUAGE.md}. */
public final class Values {
  /** Maximum nesting of a value. */
  public static final int MAX_DEPTH = 100;

  private Values() {}

  /** Comparison operators. */
  public enum Operator {
    EQUAL("=="),
    NOT_EQUAL("!="),
    LESS("<"),
    LESS_OR_EQUAL("<="),
    GREATER(">"),
    GREATER_OR_EQUAL(">=");

    private final String symbol;

    Operator(String symbol) {
      this.symbol = symbol;
    }

    public static Operator of(String symbol) {
      for (Operator operator : values()) {
        if (operator.symbol.equals(symbol)) {
          return operator;
        }
      }
      throw new AssertionError(symbol);
    }

    private boolean accepts(int order) {
      return switch (this) {
        case EQUAL -> order == 0;
        case NOT_EQUAL -> order != 0;
        case LESS -> order < 0;
        case LESS_OR_EQUAL -> order <= 0;
        case GREATER -> order > 0;
        case GREATER_OR_EQUAL -> order >= 0;
      };
    }

    private boolean accepts(double a, double b) {
      return switch (this) {
        case EQUAL -> a == b;
        case NOT_EQUAL -> a != b;
        case LESS -> a < b;
        case LESS_OR_EQUAL -> a <= b;
        case GREATER -> a > b;
        case GREATER_OR_EQUAL -> a >= b;
      };
    }
  }

  /**
   * Compares two values. Values of incomparable types are unequal and have no order. Empty bytes on
   * the left are nil, as in the Collector; on the right they equal no bytes.
   */
  public static boolean compare(@Nullable Object a, Operator operator, @Nullable Object b) {
    if (isEmptyBytes(a)) {
      return isEmptyBytes(b) ? operator.accepts(0) : compare(b, operator, null);
    }
    if (isEmptyBytes(b)) {
      return a == null ? operator.accepts(0) : operator == Operator.NOT_EQUAL;
    }
    if (a instanceof String x && b instanceof String y) {
      return operator.accepts(order(x, y));
    }
    if (a instanceof Long x && b instanceof Long y) {
      return operator.accepts(Long.compare(x, y));
    }
    if (isNumber(a) && a instanceof Number x && isNumber(b) && b instanceof Number y) {
      return operator.accepts(x.doubleValue(), y.doubleValue());
    }
    if (a == null && b == null) {
      return operator.accepts(0);
    }
    if (a instanceof Boolean x && b instanceof Boolean y) {
      return operator.accepts(Boolean.compare(x, y));
    }
    if (a instanceof byte[] x && b instanceof byte[] y) {
      return operator.accepts(Arrays.compareUnsigned(x, y));
    }
    if (a instanceof ZonedDateTime x && b instanceof ZonedDateTime y) {
      return operator.accepts(x.toInstant().compareTo(y.toInstant()));
    }
    if (a instanceof Duration x && b instanceof Duration y) {
      return operator.accepts(x.compareTo(y));
    }
    return switch (operator) {
      case EQUAL -> equal(a, b, 0);
      case NOT_EQUAL -> !equal(a, b, 0);
      default -> false;
    };
  }

  private static boolean isEmptyBytes(@Nullable Object value) {
    return value instanceof byte[] bytes && bytes.length == 0;
  }

  public static boolean isNumber(@Nullable Object value) {
    return value instanceof Long || value instanceof Double;
  }

  /** Orders strings by code point, as Go does, and not by char. */
  public static int order(String a, String b) {
    int common = Math.min(a.length(), b.length());
    for (int i = 0; i < common; i++) {
      if (a.charAt(i) != b.charAt(i)) {
        return rank(a.charAt(i)) - rank(b.charAt(i));
      }
    }
    return a.length() - b.length();
  }

  /** Ranks surrogates above all other chars. */
  private static int rank(char c) {
    return Character.isSurrogate(c) ? c + Character.MIN_SUPPLEMENTARY_CODE_POINT : c;
  }

  /** Tests deep equality of maps, lists and IDs. A nested integer never equals a float. */
  private static boolean equal(@Nullable Object a, @Nullable Object b, int depth) {
    if (depth > MAX_DEPTH) {
      throw new EvaluationException("a value nested too deep");
    }
    if (a instanceof List<?> x && b instanceof List<?> y) {
      return equalLists(x, y, depth);
    }
    if (a instanceof Map<?, ?> x && b instanceof Map<?, ?> y) {
      return equalMaps(x, y, depth);
    }
    if (a instanceof byte[] x && b instanceof byte[] y) {
      return Arrays.equals(x, y);
    }
    if (a instanceof Double x && b instanceof Double y) {
      return x.doubleValue() == y.doubleValue();
    }
    return a == null ? b == null : a.equals(b);
  }

  private static boolean equalLists(List<?> x, List<?> y, int depth) {
    if (x.size() != y.size()) {
      return false;
    }
    for (int i = 0; i < x.size(); i++) {
      if (!equal(x.get(i), y.get(i), depth + 1)) {
        return false;
      }
    }
    return true;
  }

  private static boolean equalMaps(Map<?, ?> x, Map<?, ?> y, int depth) {
    if (x.size() != y.size()) {
      return false;
    }
    for (Map.Entry<?, ?> entry : x.entrySet()) {
      Object other = y.get(entry.getKey());
      boolean there = other != null || y.containsKey(entry.getKey());
      if (!there || !equal(entry.getValue(), other, depth + 1)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Resolves the keys from index {@code from} on.
   *
   * @param ofPath whether the base is an attribute. A missing key is nil in an attribute, and an
   *     error in the result of a function.
   */
  public static @Nullable Object within(
      @Nullable Object base, List<Expr> keys, int from, Frame frame, boolean ofPath) {
    @Nullable Object value = base;
    for (int i = from; i < keys.size(); i++) {
      Object key = keys.get(i).eval(frame);
      if (value instanceof Map<?, ?> map) {
        if (!(key instanceof String)) {
          throw new EvaluationException("a map without a string as key");
        }
        value = map.get(key);
        if (value == null && !map.containsKey(key)) {
          return missing(ofPath);
        }
      } else if (value instanceof List<?> list) {
        value = item(list, key);
      } else {
        throw new EvaluationException("a key for neither map nor list");
      }
    }
    return value;
  }

  private static @Nullable Object missing(boolean ofPath) {
    if (!ofPath) {
      throw new EvaluationException("no such key in a map");
    }
    return null;
  }

  private static @Nullable Object item(List<?> list, @Nullable Object key) {
    if (key instanceof Long index && index >= 0 && index < list.size()) {
      return list.get(index.intValue());
    }
    throw new EvaluationException("no such index in a list");
  }

  public static ZonedDateTime time(long unixNano) {
    return Instant.ofEpochSecond(0, unixNano).atZone(ZoneOffset.UTC);
  }
}
