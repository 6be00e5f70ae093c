package io.tailrace.topology.console;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Values of a figure for the last hour, one per step. NaN if unknown. */
final class Series {
  static final int SLOTS = 360;
  static final long STEP_MILLIS = 10_000;

  /** How values are combined over instances. */
  enum Kind {
    SUM,
    MAX
  }

  private final double[] values = new double[SLOTS];
  private long last = -1;

  Series() {
    Arrays.fill(values, Double.NaN);
  }

  /** Stores the value of a step, which must not be before the last one. */
  void put(long slot, double value) {
    for (long gap = Math.max(last + 1, slot - SLOTS + 1); gap < slot; gap++) {
      values[(int) (gap % SLOTS)] = Double.NaN;
    }
    values[(int) (slot % SLOTS)] = value;
    last = slot;
  }

  /** Returns the value of a step within the last hour. */
  double at(long slot) {
    return slot > last || slot <= last - SLOTS || slot < 0
        ? Double.NaN
        : values[(int) (slot % SLOTS)];
  }

  /** Returns the sum of known values of the steps up to this one. */
  double sum(long end, int steps) {
    return IntStream.range(0, steps)
        .mapToDouble(i -> at(end - i))
        .filter(value -> !Double.isNaN(value))
        .sum();
  }

  /** Returns the number of known values of the steps up to this one. */
  int known(long end, int steps) {
    return (int)
        IntStream.range(0, steps)
            .mapToDouble(i -> at(end - i))
            .filter(value -> !Double.isNaN(value))
            .count();
  }

  /** Returns the values of the steps up to this one, oldest first. Null if unknown. */
  @Nullable Double[] values(long end, int steps) {
    return IntStream.range(0, steps)
        .mapToObj(i -> at(end - steps + 1 + i))
        .map(value -> Double.isNaN(value) ? null : value)
        .toArray(Double[]::new);
  }
}
