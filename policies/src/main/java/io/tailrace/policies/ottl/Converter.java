package io.tailrace.policies.ottl;

import java.util.ArrayList;
import java.util.List;

/**
 * A function that a condition may call; OTTL's word for those that change nothing.
 *
 * @param pure whether equal arguments always give equal answers; others look at the frame
 * @param binding makes the body of a call
 */
record Converter(
    String name, List<Parameter> parameters, Type result, boolean pure, Binding binding) {

  /** What a function does with arguments that fit its parameters; null for one left out. */
  interface Body {
    Object apply(Object[] arguments, Frame frame);
  }

  /** Makes of the known arguments of a call, once, what it does. */
  interface Binding {
    /**
     * Makes the body of a call.
     *
     * @param known the arguments known before any span at their places, null elsewhere
     * @return null after a fault
     */
    Body bind(Object[] known, Regexes regexes, Fault fault);
  }

  /** Told what should stand at the place of an argument instead. */
  interface Fault {
    void at(int place, String expected);
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
      parameters.add(new Parameter(parameter, accepts, false, false, null));
      return this;
    }

    Builder optionally(String parameter, Parameter.Accepts accepts) {
      parameters.add(new Parameter(parameter, accepts, true, false, null));
      return this;
    }

    /** A string that must be known before there is a span. */
    Builder takesFixed(String parameter, Parameter.Preparation preparation) {
      parameters.add(new Parameter(parameter, Parameter.Accepts.STRING, false, true, preparation));
      return this;
    }

    Builder optionallyFixed(String parameter, Parameter.Preparation preparation) {
      parameters.add(new Parameter(parameter, Parameter.Accepts.STRING, true, true, preparation));
      return this;
    }

    /** For a {@link Binding}. */
    Builder takesFixed(String parameter, Parameter.Accepts accepts) {
      parameters.add(new Parameter(parameter, accepts, false, true, null));
      return this;
    }

    /** For a {@link Binding}. */
    Builder optionallyFixed(String parameter, Parameter.Accepts accepts) {
      parameters.add(new Parameter(parameter, accepts, true, true, null));
      return this;
    }

    Builder impure() {
      pure = false;
      return this;
    }

    Converter gives(Type result, Body body) {
      return binds(result, (known, regexes, fault) -> body);
    }

    Converter binds(Type result, Binding binding) {
      return new Converter(name, List.copyOf(parameters), result, pure, binding);
    }
  }
}
