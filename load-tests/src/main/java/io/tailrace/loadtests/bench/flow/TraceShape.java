package io.tailrace.loadtests.bench.flow;

import java.util.random.RandomGenerator;

/** How spans are grouped into traces. */
public enum TraceShape {
  /** Requests of the shop: about 12 spans of 5 services. */
  USUAL,
  /** 500 to 1,500 spans below one root. */
  BIG,
  /** One or two spans. */
  TINY,
  /** 60 to 100 spans, each the parent of the next. */
  DEEP,
  /** Pareto: two spans mostly, up to 20,000 rarely; half of the spans are in 2 % of the traces. */
  SKEWED;

  private static final double PARETO_SHAPE = 1.1;
  private static final int SKEWED_MIN = 2;
  private static final int SKEWED_MAX = 20_000;

  /** Returns the size of the next trace. Not for {@link #USUAL}, where the shop decides. */
  int spans(RandomGenerator random) {
    return switch (this) {
      case USUAL -> throw new IllegalStateException("as they come");
      case BIG -> random.nextInt(500, 1_501);
      case TINY -> random.nextInt(1, 3);
      case DEEP -> random.nextInt(60, 101);
      case SKEWED ->
          (int)
              Math.min(
                  SKEWED_MAX, SKEWED_MIN / Math.pow(1 - random.nextDouble(), 1 / PARETO_SHAPE));
    };
  }
}
