package io.tailrace.loadtests.soak;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Robust slope of a series with a period: the median of the slopes between all pairs of points at
 * the same phase of different cycles. The period itself has no effect, whatever its phase, and less
 * than a quarter of outliers has nearly none.
 *
 * <p>Theil and Sen's estimator by season: Hirsch, Slack and Smith, "Techniques of trend analysis
 * for monthly water quality data", Water Resources Research 18 (1982).
 */
final class SeasonalSlope {
  private static final int FEWEST_PAIRS = 20;

  private SeasonalSlope() {}

  /** Returns the growth per hour after the warm-up; empty if there are too few points. */
  static OptionalDouble perHour(List<Series.Point> points, SoakPlan plan) {
    List<Series.Point> judged =
        points.stream().filter(point -> plan.isJudged(point.seconds())).toList();
    List<Double> slopes = new ArrayList<>();
    for (int i = 0; i < judged.size(); i++) {
      for (int j = i + 1; j < judged.size(); j++) {
        double seconds = judged.get(j).seconds() - judged.get(i).seconds();
        if (isWholeCycles(seconds, plan)) {
          slopes.add((judged.get(j).value() - judged.get(i).value()) / seconds * 3600);
        }
      }
    }
    return slopes.size() < FEWEST_PAIRS
        ? OptionalDouble.empty()
        : OptionalDouble.of(median(slopes));
  }

  /** Whether points this far apart have the same phase, give or take half a sample. */
  private static boolean isWholeCycles(double seconds, SoakPlan plan) {
    double cycles = Math.rint(seconds / plan.cycle());
    return cycles > 0 && Math.abs(seconds - cycles * plan.cycle()) <= plan.sample() / 2;
  }

  static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    if (sorted.length == 0) {
      throw new IllegalArgumentException("median of " + Arrays.toString(sorted));
    }
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
