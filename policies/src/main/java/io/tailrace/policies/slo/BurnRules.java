package io.tailrace.policies.slo;

import java.util.List;

/**
 * When a key burns.
 *
 * @param errorBudget share of traces that can be bad: 0.001 for an objective of 99.9 %; in (0,1)
 * @param windows at least one; the key burns if it does in any of them
 * @param holdMillis log time for which a key is still kept after it stopped burning, at least 0
 * @param maxKeys greatest number of keys that are counted apart, above 0
 */
public record BurnRules(
    double errorBudget, List<BurnWindow> windows, long holdMillis, int maxKeys) {
  /** Parts into which each window is divided. */
  public static final int PARTS = 12;

  /** Shortest window. */
  public static final long LEAST_MILLIS = PARTS * 1_000L;

  /** Lets a rate that is equal to its bound reach it in spite of rounding. */
  public static final double ROUNDING = 1 + 1e-9;

  public BurnRules {
    windows = List.copyOf(windows);
  }

  /** Returns the length of a part of each window: the long and the short one of each pair. */
  long[] partMillis() {
    long[] parts = new long[2 * windows.size()];
    for (int i = 0; i < windows.size(); i++) {
      parts[2 * i] = windows.get(i).longMillis() / PARTS;
      parts[2 * i + 1] = windows.get(i).shortMillis() / PARTS;
    }
    return parts;
  }

  /** Returns what must be equal for the state of one to be valid for the other. */
  public String traits() {
    return windows.stream().map(w -> w.longMillis() + "/" + w.shortMillis()).toList().toString();
  }
}
