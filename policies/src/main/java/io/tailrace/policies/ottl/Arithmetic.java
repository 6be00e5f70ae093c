package io.tailrace.policies.ottl;

import io.tailrace.policies.ottl.values.EvaluationException;
import io.tailrace.policies.ottl.values.Expr;
import io.tailrace.policies.ottl.values.Frame;
import io.tailrace.policies.ottl.values.Type;
import io.tailrace.policies.ottl.values.Values;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import org.jspecify.annotations.Nullable;

/**
 * Operands joined by {@code + - * /}, evaluated from left to right. Integers overflow and divide as
 * in Go. If one operand is a float, both are converted to floats. Times and durations add and
 * subtract, and overflow as in Go.
 */
record Arithmetic(Expr first, char[] operators, Expr[] operands) implements Expr {
  private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);
  private static final Duration SHORTEST = Duration.ofNanos(Long.MIN_VALUE);

  @Override
  public @Nullable Object eval(Frame frame) {
    @Nullable Object value = first.eval(frame);
    for (int i = 0; i < operands.length; i++) {
      value = apply(value, operators[i], operands[i].eval(frame));
    }
    return value;
  }

  @Override
  public Type type() {
    return Type.ANY;
  }

  @Override
  public boolean isConstant() {
    for (Expr operand : operands) {
      if (!operand.isConstant()) {
        return false;
      }
    }
    return first.isConstant();
  }

  private static Object apply(@Nullable Object x, char operator, @Nullable Object y) {
    if (x instanceof Long a && y instanceof Long b) {
      return ofIntegers(a, operator, b);
    }
    if (Values.isNumber(x)
        && x instanceof Number a
        && Values.isNumber(y)
        && y instanceof Number b) {
      return ofFloats(a.doubleValue(), operator, b.doubleValue());
    }
    try {
      return ofTimes(x, operator, y);
    } catch (DateTimeException | ArithmeticException e) {
      throw new EvaluationException("a time out of range");
    }
  }

  private static long ofIntegers(long a, char operator, long b) {
    return switch (operator) {
      case '+' -> a + b;
      case '-' -> a - b;
      case '*' -> a * b;
      default -> {
        if (b == 0) {
          throw new EvaluationException("division by 0");
        }
        yield a / b;
      }
    };
  }

  private static double ofFloats(double a, char operator, double b) {
    return switch (operator) {
      case '+' -> a + b;
      case '-' -> a - b;
      case '*' -> a * b;
      default -> {
        if (b == 0) {
          throw new EvaluationException("division by 0");
        }
        yield a / b;
      }
    };
  }

  private static Object ofTimes(@Nullable Object x, char operator, @Nullable Object y) {
    if (operator == '+' && x instanceof ZonedDateTime time && y instanceof Duration more) {
      return time.plus(more);
    }
    if (operator == '+' && x instanceof Duration more && y instanceof ZonedDateTime time) {
      return time.plus(more);
    }
    if (operator == '+' && x instanceof Duration a && y instanceof Duration b) {
      return Duration.ofNanos(a.toNanos() + b.toNanos());
    }
    if (operator == '-' && x instanceof ZonedDateTime a && y instanceof ZonedDateTime b) {
      return between(b, a);
    }
    if (operator == '-' && x instanceof ZonedDateTime time && y instanceof Duration less) {
      return time.minus(less);
    }
    if (operator == '-' && x instanceof Duration a && y instanceof Duration b) {
      return Duration.ofNanos(a.toNanos() - b.toNanos());
    }
    throw new EvaluationException("no arithmetic with these types");
  }

  /** Returns the difference, limited to 64 bits of nanoseconds (about 292 years). */
  private static Duration between(ZonedDateTime start, ZonedDateTime end) {
    Duration between = Duration.between(start, end);
    if (between.compareTo(LONGEST) > 0) {
      return LONGEST;
    }
    return between.compareTo(SHORTEST) < 0 ? SHORTEST : between;
  }

  /** A negated value. */
  record Negation(Expr operand) implements Expr {
    @Override
    public @Nullable Object eval(Frame frame) {
      Object value = operand.eval(frame);
      if (value instanceof Long integer) {
        return -integer;
      }
      if (value instanceof Double real) {
        return -real;
      }
      throw new EvaluationException("a sign before no number");
    }

    @Override
    public Type type() {
      return Type.ANY;
    }

    @Override
    public boolean isConstant() {
      return operand.isConstant();
    }
  }
}
