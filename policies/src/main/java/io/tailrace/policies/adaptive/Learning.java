package io.tailrace.policies.adaptive;

/**
 * Rules of learning and of dividing the goal.
 *
 * @param goal what is kept
 * @param memory what is remembered
 * @param maxKeys greatest number of keys with a probability of their own, above 0
 * @param initialProbability probability of all keys before anything is learnt, in (0, 1]
 * @param minTracesPerSecond traces to be kept of each key if it has as many, at least 0
 */
public record Learning(
    Goal goal, Memory memory, int maxKeys, double initialProbability, double minTracesPerSecond) {
  /** What is kept of all traffic. */
  public sealed interface Goal {
    /** Returns the spans to keep of this many in an interval of this length. */
    double spans(double all, double seconds);

    /** Returns the goal of one of several that share it. */
    Goal shared(double share);

    /** A share of all spans, in (0, 1]. */
    record Share(double share) implements Goal {
      @Override
      public double spans(double all, double seconds) {
        return share * all;
      }

      @Override
      public Goal shared(double ofAll) {
        return this;
      }
    }

    /** A number of spans per second, above 0. */
    record PerSecond(double spans) implements Goal {
      @Override
      public double spans(double all, double seconds) {
        return spans * seconds;
      }

      @Override
      public Goal shared(double share) {
        return new PerSecond(spans * share);
      }
    }
  }

  /** How traffic is remembered from interval to interval. */
  public sealed interface Memory {
    long intervalMillis();

    /**
     * Exponential moving average.
     *
     * @param weight weight of the latest interval, in (0, 1)
     */
    record Average(long intervalMillis, double weight) implements Memory {}

    /** The latest intervals, each counting in full. */
    record Window(long intervalMillis, int intervals) implements Memory {}
  }

  /** Returns the rules of one of several that share the goal. */
  public Learning shared(double share) {
    return new Learning(
        goal.shared(share), memory, maxKeys, initialProbability, minTracesPerSecond * share);
  }

  long intervalMillis() {
    return memory.intervalMillis();
  }

  /** Numbers to remember for each key. */
  int blocks() {
    return memory instanceof Memory.Window window ? window.intervals() : 1;
  }

  /** Length of time that the sum of the remembered numbers stands for. */
  double learntSeconds() {
    return blocks() * memory.intervalMillis() / 1_000.;
  }

  /** Keys with less traffic are forgotten, as in dynsampler. */
  double leastTraffic() {
    return memory instanceof Memory.Average average ? average.weight() : 1;
  }

  /** Adds the count of an interval to what is remembered from this index on. */
  void fold(float[] remembered, int from, int count) {
    if (memory instanceof Memory.Average average) {
      double old = remembered[from];
      remembered[from] = (float) (average.weight() * count + (1 - average.weight()) * old);
    } else {
      System.arraycopy(remembered, from, remembered, from + 1, blocks() - 1);
      remembered[from] = count;
    }
  }

  /**
   * Returns the probability of each key. An average gives keys parts of the goal by the logarithm
   * of their traffic, so that rare keys keep more of it; a window gives them equal parts.
   *
   * @param spans remembered spans of each key
   * @param traces remembered traces of each key
   */
  double[] probabilities(double[] spans, double[] traces) {
    double all = 0;
    double[] shares = new double[spans.length];
    for (int i = 0; i < spans.length; i++) {
      all += spans[i];
      shares[i] = memory instanceof Memory.Average ? Math.log10(1 + spans[i]) : 1;
    }
    double[] probabilities =
        Allocation.probabilities(spans, shares, goal.spans(all, learntSeconds()));
    if (minTracesPerSecond > 0) {
      for (int i = 0; i < spans.length; i++) {
        double least = minTracesPerSecond * learntSeconds() / Math.max(traces[i], 1e-9);
        probabilities[i] = Math.max(probabilities[i], Math.min(1, least));
      }
    }
    return probabilities;
  }

  /** Returns what must be equal for the state of one to be valid for the other. */
  public String traits() {
    return memory.toString();
  }
}
