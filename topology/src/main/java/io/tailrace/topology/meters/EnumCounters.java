package io.tailrace.topology.meters;

import io.micrometer.core.instrument.Counter;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** One counter for each constant of an enum. Thread-safe. */
public final class EnumCounters<E extends Enum<E>> {
  private final Map<E, Counter> counters;

  /**
   * @param register returns the counter of a constant
   */
  public EnumCounters(Class<E> type, Function<E, Counter> register) {
    counters = new EnumMap<>(type);
    EnumSet.allOf(type).forEach(constant -> counters.put(constant, register.apply(constant)));
  }

  public Counter of(E constant) {
    return Objects.requireNonNull(counters.get(constant), "counter"); // each constant has one
  }
}
