package io.tailrace.policies.ottl.values;

import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A parameter of a function.
 *
 * @param name in snake case
 * @param optional whether it can be omitted; the argument is then null
 * @param fixed whether it must be constant
 * @param preparation conversion of a constant string at compile time, or null
 */
public record Parameter(
    String name,
    Accepts accepts,
    boolean optional,
    boolean fixed,
    @Nullable Preparation preparation) {

  /** Converts a constant string once at compile time. */
  public interface Preparation {
    /**
     * Converts a string.
     *
     * @param fault receives the expectation if the string is invalid
     * @return null after a fault
     */
    @Nullable Object prepare(String text, Regexes regexes, Consumer<String> fault);
  }

  /** Accepted values. */
  public enum Accepts {
    /** Any value, including nil. */
    ANYTHING(Type.ANY),
    /** Any value, including nil. The function converts it. */
    CONVERTIBLE(Type.ANY),
    STRING(Type.STRING),
    INT(Type.INT),
    BOOL(Type.BOOL),
    LIST(Type.LIST),
    MAP(Type.MAP),
    TIME(Type.TIME),
    DURATION(Type.DURATION);

    private final Type type;

    Accepts(Type type) {
      this.type = type;
    }

    public boolean takes(Type given) {
      return type == Type.ANY || given == Type.ANY || type == given;
    }

    public boolean takes(@Nullable Object value) {
      return type == Type.ANY || Type.of(value) == type;
    }

    /** Returns whether the function reads the whole text of an argument. */
    public boolean reads() {
      return this != ANYTHING;
    }

    public String shown() {
      return type.shown();
    }
  }

  public boolean isNamed(String given) {
    return plain(name).equals(plain(given));
  }

  /**
   * Normalises a name. The Collector documents some names in camel case and implements them in
   * snake case.
   */
  private static String plain(String name) {
    return name.replace("_", "").toLowerCase(Locale.ROOT);
  }
}
