package io.tailrace.policies.ottl;

import java.util.ArrayList;
import java.util.List;

/**
 * A function that a condition may call; OTTL's word for those that change nothing.
 *
 * @param pure whether equal arguments always give equal answers; others look at the frame
 */
record Converter(String name, List<Parameter> parameters, Type result, boolean pure, Body body) {

  /** What a function does with arguments that fit its parameters; null for one left out. */
  interface Body {
    Object apply(Object[] arguments, Frame frame);
  }

  static Builder named(String name) {
    return new Builder(name);
  }

  /** Collects the parameters in order. */
  static final class Builder {
    private final String name;
    private final List<Parameter> parameters = new ArrayList<>();
    private boolean pure = true;

    private Builder(String name) {
      this.name = name;
    }

    Builder takes(String parameter, Parameter.Accepts accepts) {
      parameters.add(new Parameter(parameter, accepts, false, null));
      return this;
    }

    Builder optionally(String parameter, Parameter.Accepts accepts) {
      parameters.add(new Parameter(parameter, accepts, true, null));
      return this;
    }

    /** A string that must be known before there is a span. */
    Builder takesFixed(String parameter, Parameter.Preparation preparation) {
      parameters.add(new Parameter(parameter, Parameter.Accepts.STRING, false, preparation));
      return this;
    }

    Builder optionallyFixed(String parameter, Parameter.Preparation preparation) {
      parameters.add(new Parameter(parameter, Parameter.Accepts.STRING, true, preparation));
      return this;
    }

    Builder impure() {
      pure = false;
      return this;
    }

    Converter gives(Type result, Body body) {
      return new Converter(name, List.copyOf(parameters), result, pure, body);
    }
  }
}
