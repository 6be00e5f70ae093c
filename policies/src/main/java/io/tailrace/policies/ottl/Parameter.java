package io.tailrace.policies.ottl;

import java.util.Locale;
import java.util.function.Consumer;

/**
 * What a function takes at one place.
 *
 * @param name in snake case
 * @param optional whether it may be left out; the function then gets null
 * @param fixed whether it must be known before there is a span
 * @param preparation for a fixed string, or null to take it as it is
 */
record Parameter(
    String name, Accepts accepts, boolean optional, boolean fixed, Preparation preparation) {

  /** Makes of a string, once, what the function then works with. */
  interface Preparation {
    /**
     * Prepares a string.
     *
     * @param fault told what should stand there instead
     * @return null after a fault
     */
    Object prepare(String text, Regexes regexes, Consumer<String> fault);
  }

  /** What values are accepted. */
  enum Accepts {
    /** Nil too. */
    ANYTHING(Type.ANY),
    /** Nil too; the function converts it. */
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

    boolean takes(Type given) {
      return type == Type.ANY || given == Type.ANY || type == given;
    }

    boolean takes(Object value) {
      return type == Type.ANY || Type.of(value) == type;
    }

    /** Whether the function goes through all of a text that it gets. */
    boolean reads() {
      return this != ANYTHING;
    }

    String shown() {
      return type.shown();
    }
  }

  boolean isNamed(String given) {
    return plain(name).equals(plain(given));
  }

  /** The Collector's documents write some names in camel case and its code in snake case. */
  private static String plain(String name) {
    return name.replace("_", "").toLowerCase(Locale.ROOT);
  }
}
