package io.tailrace.policies.ottl;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Syntax tree of a condition, with unresolved names. Columns are 1-based. */
sealed interface Ast {
  int column();

  /** Returns whether it is a condition. */
  default boolean isCondition() {
    return false;
  }

  /** Returns whether it can be an operand of a comparison or an argument. */
  default boolean isValue() {
    return true;
  }

  /** Returns whether it can be an operand of arithmetic: a number, a path or a call. */
  default boolean isNumeric() {
    return false;
  }

  /** Text, integer, float, boolean, bytes, or null for nil. */
  record Literal(@Nullable Object value, int column) implements Ast {
    @Override
    public boolean isCondition() {
      return value instanceof Boolean;
    }

    @Override
    public boolean isNumeric() {
      return value instanceof Long || value instanceof Double;
    }
  }

  record EnumName(String name, int column) implements Ast {}

  /**
   * A path with the keys after its last segment.
   *
   * @param segments at least one
   */
  record Path(List<String> segments, List<Ast> keys, int column) implements Ast {
    @Override
    public boolean isNumeric() {
      return true;
    }
  }

  record Call(String name, List<Argument> arguments, List<Ast> keys, int column) implements Ast {
    @Override
    public boolean isCondition() {
      return true;
    }

    @Override
    public boolean isNumeric() {
      return true;
    }
  }

  /**
   * An argument of a call.
   *
   * @param name name of a named argument, or null
   */
  record Argument(@Nullable String name, Ast value, int column) {}

  record ListOf(List<Ast> items, int column) implements Ast {}

  record MapOf(List<Entry> entries, int column) implements Ast {}

  record Entry(String key, Ast value) {}

  record Negation(Ast operand, int column) implements Ast {
    @Override
    public boolean isNumeric() {
      return true;
    }
  }

  /** Operands joined by operators of equal precedence, from left to right. */
  record Arithmetic(Ast first, List<Step> steps, int column) implements Ast {
    @Override
    public boolean isNumeric() {
      return true;
    }
  }

  record Step(char operator, Ast operand, int column) {}

  record Comparison(Ast left, String operator, Ast right, int column) implements Ast {
    @Override
    public boolean isCondition() {
      return true;
    }

    @Override
    public boolean isValue() {
      return false;
    }
  }

  record Not(Ast operand, int column) implements Ast {
    @Override
    public boolean isCondition() {
      return true;
    }

    @Override
    public boolean isValue() {
      return false;
    }
  }

  /** Conditions joined by {@code and}, or by {@code or}. */
  record Joined(boolean all, List<Ast> operands, int column) implements Ast {
    @Override
    public boolean isCondition() {
      return true;
    }

    @Override
    public boolean isValue() {
      return false;
    }
  }
}
