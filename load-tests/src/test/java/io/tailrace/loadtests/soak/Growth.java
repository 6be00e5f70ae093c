package io.tailrace.loadtests.soak;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * Growth of a series, compared with its limit.
 *
 * @param level median after the warm-up
 * @param perHour not a number if the series is too short to tell, which fails
 * @param allowed per hour
 */
record Growth(Series series, double level, double perHour, double allowed) {
  static Growth of(Series series, SoakPlan plan) {
    List<Double> judged =
        series.points().stream()
            .filter(point -> plan.isJudged(point.seconds()))
            .map(Series.Point::value)
            .toList();
    double level = judged.isEmpty() ? Double.NaN : SeasonalSlope.median(judged);
    OptionalDouble slope = SeasonalSlope.perHour(series.points(), plan);
    return new Growth(
        series,
        level,
        slope.orElse(Double.NaN),
        series.figure().limit().allowed(level, plan.judgedHours()));
  }

  boolean isAllowed() {
    return series.figure().limit().isNone() || perHour <= allowed;
  }

  @Override
  public String toString() {
    String limit =
        series.figure().limit().isNone() ? "" : " (expected: <= " + number(allowed) + ")";
    return "%s, %s: %s %s, growth per hour %s%s"
        .formatted(
            series.process(),
            series.figure().title(),
            number(level),
            series.figure().unit(),
            number(perHour),
            limit);
  }

  /** Three digits or more. */
  static String number(double value) {
    double size = Math.abs(value);
    return String.format(Locale.ROOT, size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : "%.2f", value);
  }
}
