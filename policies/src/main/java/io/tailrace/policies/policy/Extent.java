package io.tailrace.policies.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Set of traces that a policy samples, derived from its settings alone. Exact, never a guess:
 * {@link Own} is an unknown set.
 */
public sealed interface Extent {
  /** Every trace. */
  record All() implements Extent {}

  /**
   * No trace.
   *
   * @param isReported whether a document warning already reports it
   */
  record None(boolean isReported) implements Extent {}

  /**
   * Traces with a number in a range, both ends included.
   *
   * @param of identity of the number; equal for the same number of the same trace
   * @param isOne whether a trace has exactly one such number
   */
  record Range(Object of, boolean isOne, long min, long max) implements Extent {}

  /** Traces with at least one of the values. */
  record Among(Object of, Set<?> values) implements Extent {}

  /** Traces whose hash with this salt is at most the threshold, an unsigned number. */
  record Hashed(String salt, long threshold) implements Extent {}

  /** Traces selected by the settings. Equal settings select the same traces. */
  record Exactly(Object settings) implements Extent {}

  /**
   * Unknown traces: the policy depends on more than the trace, or can fail. Two policies with equal
   * settings select the same traces only if both are evaluated for the same traces.
   */
  record Own(Object settings) implements Extent {}

  /** Intersection of the parts. */
  record Both(List<Extent> parts) implements Extent {}

  /** Complement of the other extent. */
  record Not(Extent other) implements Extent {}

  /** Returns the intersection, simplified. */
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

  /** Returns whether no trace is in both. False if unknown. */
  static boolean areDisjoint(Extent one, Extent other) {
    if (one instanceof Range a && other instanceof Range b && a.isOne && a.of.equals(b.of)) {
      return a.max < b.min || b.max < a.min;
    }
    return other instanceof Not not && not.other.covers(one);
  }

  /** Returns whether this extent contains the other, in any evaluation order. False if unknown. */
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

  /** Returns whether the extent depends on the trace alone and its policy cannot fail. */
  static boolean isPure(Extent extent) {
    if (extent instanceof Both both) {
      return both.parts.stream().allMatch(Extent::isPure);
    }
    return !(extent instanceof Own) && !(extent instanceof Not not && !isPure(not.other));
  }
}
