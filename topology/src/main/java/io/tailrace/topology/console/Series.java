package io.tailrace.topology.console;

import java.util.Arrays;
import java.util.stream.IntStream;

/** The last hour of one figure, a value for each step; NaN where nothing is known. */
final class Series {
  static final int SLOTS = 360;
  static final long STEP_MILLIS = 10_000;

  /** How the values of instances become one of the fleet. */
  enum Kind {
    SUM,
    MAX
  }

  private final double[] values = new double[SLOTS];
  private long last = -1;

  Series() {
    Arrays.fill(values, Double.NaN);
  }

  /** Notes the value of a step, which is not before the last one. */
  void put(long slot, double value) {
    for (long gap = Math.max(last + 1, slot - SLOTS + 1); gap < slot; gap++) {
      values[(int) (gap % SLOTS)] = Double.NaN;
    }
    values[(int) (slot % SLOTS)] = value;
    last = slot;
  }

  /** The value of a step within the last hour. */
  double at(long slot) {
    return slot > last || slot <= last - SLOTS || slot < 0
        ? Double.NaN
        : values[(int) (slot % SLOTS)];
  }

  /** Sum of what is known of so many steps up to this one. */
  double sum(long end, int steps) {
    return IntStream.range(0, steps)
        .mapToDouble(i -> at(end - i))
        .filter(value -> !Double.isNaN(value))
        .sum();
  }

  /** Of so many steps up to this one, of how many something is known. */
  int known(long end, int steps) {
    return (int)
        IntStream.range(0, steps)
            .mapToDouble(i -> at(end - i))
            .filter(value -> !Double.isNaN(value))
            .count();
  }

  /** So many steps up to this one, the oldest first; null where nothing is known. */
  Double[] values(long end, int steps) {
    return IntStream.range(0, steps)
        .mapToObj(i -> at(end - steps + 1 + i))
        .map(value -> Double.isNaN(value) ? null : value)
        .toArray(Double[]::new);
  }
}
