package io.tailrace.loadtests.bench.flow;

import java.util.List;

/**
 * Statistics of a figure.
 *
 * @param median median
 * @param least minimum
 * @param greatest maximum
 */
public record Medians(double median, double least, double greatest) {
  public static Medians of(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    double median =
        sorted.size() % 2 == 1
            ? sorted.get(middle)
            : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    return new Medians(median, sorted.get(0), sorted.get(sorted.size() - 1));
  }

  /** Formats the median, with the range in brackets if there is one. */
  public String text() {
    return least == greatest || Double.isNaN(median)
        ? figure(median)
        : figure(median) + " (" + figure(least) + "–" + figure(greatest) + ")";
  }

  private static String figure(double value) {
    double size = Math.abs(value);
    if (Double.isNaN(value)) {
      return "-";
    }
    if (size >= 1000) {
      return "%,.0f".formatted(value);
    }
    return size >= 100
        ? "%.0f".formatted(value)
        : size >= 10
            ? "%.1f".formatted(value)
            : size >= 0.1 ? "%.2f".formatted(value) : "%.3f".formatted(value);
  }
}
