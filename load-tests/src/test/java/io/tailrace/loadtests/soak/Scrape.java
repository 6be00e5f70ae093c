package io.tailrace.loadtests.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** A page in Prometheus' text format. */
final class Scrape {
  private record Value(String name, String labels, double value) {}

  private final List<Value> values = new ArrayList<>();

  static Scrape parse(String page) {
    Scrape scrape = new Scrape();
    page.lines().filter(line -> !line.startsWith("#") && !line.isBlank()).forEach(scrape::add);
    return scrape;
  }

  private void add(String line) {
    int labels = line.indexOf('{');
    int end = labels < 0 ? line.indexOf(' ') : endOfLabels(line, labels);
    String value = line.substring(end).strip().split(" ", 2)[0]; // an exemplar can follow
    values.add(
        new Value(
            line.substring(0, labels < 0 ? end : labels),
            labels < 0 ? "" : line.substring(labels, end),
            Double.parseDouble(value)));
  }

  private static int endOfLabels(String line, int from) {
    boolean isText = false;
    for (int i = from; i < line.length(); i++) {
      switch (line.charAt(i)) {
        case '\\' -> i++;
        case '"' -> isText = !isText;
        case '}' -> {
          if (!isText) {
            return i + 1;
          }
        }
        default -> {}
      }
    }
    throw new IllegalArgumentException("labels without an end: " + line);
  }

  /** Number of series. */
  int size() {
    return values.size();
  }

  /** Sum of the series of this name; 0 if there is none. */
  double sum(String name) {
    return sum(name, "");
  }

  /** Sum of the series of this name whose labels contain this text. */
  double sum(String name, String label) {
    return values.stream()
        .filter(value -> value.name.equals(name) && value.labels.contains(label))
        .mapToDouble(Value::value)
        .sum();
  }

  /** Counts of a histogram by the upper bound of the bucket, cumulative. */
  SortedMap<Double, Double> buckets(String name) {
    SortedMap<Double, Double> buckets = new TreeMap<>();
    for (Value value : values) {
      int bound = value.labels.indexOf("le=\"");
      if (value.name.equals(name + "_bucket") && bound >= 0) {
        String text = value.labels.substring(bound + 4, value.labels.indexOf('"', bound + 4));
        double upper = text.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(text);
        buckets.merge(upper, value.value, Double::sum);
      }
    }
    return buckets;
  }

  /**
   * Quantile of what a histogram counted since an earlier scrape, linear within a bucket; not a
   * number if that is nothing.
   */
  double quantileSince(Scrape earlier, String name, double quantile) {
    SortedMap<Double, Double> before = earlier.buckets(name);
    SortedMap<Double, Double> counts = new TreeMap<>(buckets(name));
    counts.replaceAll((bound, count) -> count - before.getOrDefault(bound, 0.0));
    double wanted = counts.isEmpty() ? 0 : counts.get(counts.lastKey()) * quantile;
    double lower = 0;
    double below = 0;
    for (var bucket : counts.entrySet()) {
      if (bucket.getValue() >= wanted && bucket.getValue() > below) {
        double share = (wanted - below) / (bucket.getValue() - below);
        double upper = bucket.getKey();
        return Double.isInfinite(upper) ? lower : lower + share * (upper - lower);
      }
      lower = bucket.getKey();
      below = bucket.getValue();
    }
    return Double.NaN;
  }
}
