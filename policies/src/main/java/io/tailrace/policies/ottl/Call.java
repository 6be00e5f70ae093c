package io.tailrace.policies.ottl;

import io.tailrace.policies.ottl.values.Converter;
import io.tailrace.policies.ottl.values.EvaluationException;
import io.tailrace.policies.ottl.values.Expr;
import io.tailrace.policies.ottl.values.Frame;
import io.tailrace.policies.ottl.values.Parameter;
import io.tailrace.policies.ottl.values.Type;
import java.time.DateTimeException;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** A function call. An omitted argument is null. */
record Call(Converter converter, Converter.Body body, @Nullable Expr[] arguments) implements Expr {
  @Override
  public @Nullable Object eval(Frame frame) {
    @Nullable Object[] values = new @Nullable Object[arguments.length];
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i] != null) {
        values[i] = fitting(converter.parameters().get(i), arguments[i].eval(frame), frame);
      }
    }
    try {
      return body.apply(values, frame);
    } catch (DateTimeException | IllegalArgumentException | ArithmeticException e) {
      throw new EvaluationException("bad input for " + converter.name());
    }
  }

  private @Nullable Object fitting(Parameter parameter, @Nullable Object value, Frame frame) {
    if (parameter.fixed()) {
      return value;
    }
    if (!parameter.accepts().takes(value)) {
      throw new EvaluationException("not what " + converter.name() + " takes");
    }
    return parameter.accepts().reads() ? paid(value, frame) : value;
  }

  private static @Nullable Object paid(@Nullable Object value, Frame frame) {
    if (value instanceof String text) {
      frame.charge(text.length());
    } else if (value instanceof Collection<?> items) {
      frame.charge(items.size());
    } else if (value instanceof byte[] bytes) {
      frame.charge(bytes.length);
    }
    return value;
  }

  @Override
  public Type type() {
    return converter.result();
  }

  @Override
  public boolean isConstant() {
    for (Expr argument : arguments) {
      if (argument != null && !argument.isConstant()) {
        return false;
      }
    }
    return converter.pure();
  }
}
