package io.tailrace.policies.ottl.values;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A compiled value expression. Immutable. */
public interface Expr {
  /**
   * Evaluates the expression. The value is one that {@code AttributesView} can return, an {@link
   * Id}, a {@link Part}, a {@code ZonedDateTime} or a {@code Duration}. Throws {@link
   * EvaluationException} if the evaluation fails.
   */
  @Nullable Object eval(Frame frame);

  /** Returns the static type of the value. */
  Type type();

  /** Returns whether the value does not depend on a span. */
  default boolean isConstant() {
    return false;
  }

  record Constant(@Nullable Object value) implements Expr {
    @Override
    public @Nullable Object eval(Frame frame) {
      return value;
    }

    @Override
    public Type type() {
      return Type.of(value);
    }

    @Override
    public boolean isConstant() {
      return true;
    }
  }

  /** A field of the span, its scope or its resource. */
  record Field(Function<Frame, @Nullable Object> read, Type type) implements Expr {
    @Override
    public @Nullable Object eval(Frame frame) {
      return read.apply(frame);
    }
  }

  /** An element of a map or list. */
  record Keyed(Expr base, List<Expr> keys) implements Expr {
    @Override
    public @Nullable Object eval(Frame frame) {
      return Values.within(base.eval(frame), keys, 0, frame, false);
    }

    @Override
    public Type type() {
      return Type.ANY;
    }

    @Override
    public boolean isConstant() {
      return base.isConstant() && keys.stream().allMatch(Expr::isConstant);
    }
  }

  record ListOf(List<Expr> items) implements Expr {
    @Override
    public @Nullable Object eval(Frame frame) {
      List<@Nullable Object> list = new ArrayList<>(items.size());
      for (Expr item : items) {
        list.add(item.eval(frame));
      }
      return list;
    }

    @Override
    public Type type() {
      return Type.LIST;
    }

    @Override
    public boolean isConstant() {
      return items.stream().allMatch(Expr::isConstant);
    }
  }

  record MapOf(Map<String, Expr> entries) implements Expr {
    @Override
    public @Nullable Object eval(Frame frame) {
      Map<String, @Nullable Object> map = new LinkedHashMap<>();
      entries.forEach((key, value) -> map.put(key, value.eval(frame)));
      return map;
    }

    @Override
    public Type type() {
      return Type.MAP;
    }

    @Override
    public boolean isConstant() {
      return entries.values().stream().allMatch(Expr::isConstant);
    }
  }
}
