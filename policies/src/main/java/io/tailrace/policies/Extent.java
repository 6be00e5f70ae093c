package io.tailrace.policies;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What a policy samples, as far as its settings tell without a trace. Never a guess: what cannot be
 * told is {@link Own}.
 */
sealed interface Extent {
  /** Every trace. */
  record All() implements Extent {}

  /**
   * No trace.
   *
   * @param isTold whether a warning of the document says so already
   */
  record None(boolean isTold) implements Extent {}

  /**
   * Traces of which some number is in a range, ends included.
   *
   * @param of what the number is: equal for the same number of the same trace
   * @param isOne whether a trace has just one such number
   */
  record Range(Object of, boolean isOne, long min, long max) implements Extent {}

  /** Traces that have one of some values. */
  record Among(Object of, Set<?> values) implements Extent {}

  /** Traces whose hash with this salt is at most the threshold, an unsigned number. */
  record Hashed(String salt, long threshold) implements Extent {}

  /** The same traces as whatever else is of the same settings. */
  record Exactly(Object settings) implements Extent {}

  /**
   * What depends on more than the trace, or can fail: of the same settings it samples the same only
   * if it is asked the same.
   */
  record Own(Object settings) implements Extent {}

  /** What every one of them samples. */
  record Both(List<Extent> parts) implements Extent {}

  /** What the other does not. */
  record Not(Extent other) implements Extent {}

  /** What all of them sample together. */
  static Extent both(List<Extent> parts) {
    List<Extent> flat = new ArrayList<>();
    for (Extent part : parts) {
      if (part instanceof None) {
        return part;
      } else if (part instanceof Both both) {
        flat.addAll(both.parts);
      } else if (!part.equals(new All())) {
        flat.add(part);
      }
    }
    for (Extent one : flat) {
      for (Extent other : flat) {
        if (areDisjoint(one, other)) {
          return new None(false);
        }
      }
    }
    return flat.isEmpty()
        ? new All()
        : flat.size() == 1 ? flat.get(0) : new Both(List.copyOf(flat));
  }

  static Extent not(Extent other) {
    if (other instanceof None) {
      return new All();
    } else if (other.equals(new All())) {
      return new None(false);
    } else if (other instanceof Not not) {
      return not.other;
    }
    return isPure(other) ? new Not(other) : new Own(List.of("not", other));
  }

  /** Whether no trace is in both. False if that cannot be told. */
  static boolean areDisjoint(Extent one, Extent other) {
    if (one instanceof Range a && other instanceof Range b && a.isOne && a.of.equals(b.of)) {
      return a.max < b.min || b.max < a.min;
    }
    return other instanceof Not not && not.other.covers(one);
  }

  /** Whether it samples all that another does, whoever is asked first. False if not known. */
  default boolean covers(Extent other) {
    if (equals(new All()) || other instanceof None) {
      return true;
    } else if (other instanceof Both both && both.parts.stream().anyMatch(this::covers)) {
      return true;
    } else if (this instanceof Both both) {
      return both.parts.stream().allMatch(part -> part.covers(other));
    } else if (this instanceof Not mine) {
      return (other instanceof Not not && not.other.covers(mine.other))
          || areDisjoint(mine.other, other);
    } else if (this instanceof Range mine && other instanceof Range range) {
      return mine.of.equals(range.of) && mine.min <= range.min && range.max <= mine.max;
    } else if (this instanceof Among mine && other instanceof Among among) {
      return mine.of.equals(among.of) && mine.values.containsAll(among.values);
    } else if (this instanceof Hashed mine && other instanceof Hashed hashed) {
      return mine.salt.equals(hashed.salt)
          && Long.compareUnsigned(mine.threshold, hashed.threshold) >= 0;
    }
    return this instanceof Exactly && equals(other);
  }

  /** Whether it depends on the trace alone and cannot fail. */
  static boolean isPure(Extent extent) {
    if (extent instanceof Both both) {
      return both.parts.stream().allMatch(Extent::isPure);
    }
    return !(extent instanceof Own) && !(extent instanceof Not not && !isPure(not.other));
  }
}
