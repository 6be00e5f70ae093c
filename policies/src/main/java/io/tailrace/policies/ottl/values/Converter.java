package io.tailrace.policies.ottl.values;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A function without side effects, called a converter in OTTL.
 *
 * @param pure whether the result depends on the arguments alone; other functions read the frame
 * @param binding creates the body of a call
 */
public record Converter(
    String name, List<Parameter> parameters, Type result, boolean pure, Binding binding) {

  /** Implementation of a function. Arguments match the parameters; an omitted one is null. */
  public interface Body {
    @Nullable Object apply(@Nullable Object[] arguments, Frame frame);
  }

  /** Creates the body of a call from its constant arguments, once at compile time. */
  public interface Binding {
    /**
     * Creates the body of a call.
     *
     * @param known constant arguments at their positions, null elsewhere
     * @return null after a fault
     */
    @Nullable Body bind(@Nullable Object[] known, Regexes regexes, Fault fault);
  }

  /** Receives the expectation for an invalid argument. */
  public interface Fault {
    void at(int place, String expected);
  }

  public static Builder named(String name) {
    return new Builder(name);
  }

  /** Builds a converter. Parameters are added in order. */
  public static final class Builder {
    private final String name;
    private final List<Parameter> parameters = new ArrayList<>();
    private boolean pure = true;

    private Builder(String name) {
      this.name = name;
    }

    public Builder takes(String parameter, Parameter.Accepts accepts) {
      parameters.add(new Parameter(parameter, accepts, false, false, null));
      return this;
    }

    public Builder optionally(String parameter, Parameter.Accepts accepts) {
      parameters.add(new Parameter(parameter, accepts, true, false, null));
      return this;
    }

    /** Adds a string parameter that must be constant. */
    public Builder takesFixed(String parameter, Parameter.Preparation preparation) {
      parameters.add(new Parameter(parameter, Parameter.Accepts.STRING, false, true, preparation));
      return this;
    }

    public Builder optionallyFixed(String parameter, Parameter.Preparation preparation) {
      parameters.add(new Parameter(parameter, Parameter.Accepts.STRING, true, true, preparation));
      return this;
    }

    /** Adds a constant parameter for a {@link Binding}. */
    public Builder takesFixed(String parameter, Parameter.Accepts accepts) {
      parameters.add(new Parameter(parameter, accepts, false, true, null));
      return this;
    }

    /** Adds an optional constant parameter for a {@link Binding}. */
    public Builder optionallyFixed(String parameter, Parameter.Accepts accepts) {
      parameters.add(new Parameter(parameter, accepts, true, true, null));
      return this;
    }

    public Builder impure() {
      pure = false;
      return this;
    }

    public Converter gives(Type result, Body body) {
      return binds(result, (known, regexes, fault) -> body);
    }

    public Converter binds(Type result, Binding binding) {
      return new Converter(name, List.copyOf(parameters), result, pure, binding);
    }
  }
}
