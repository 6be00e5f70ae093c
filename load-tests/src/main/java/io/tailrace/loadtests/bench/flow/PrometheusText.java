package io.tailrace.loadtests.bench.flow;

import java.util.HashMap;
import java.util.Map;

/** Values of Prometheus' text format, summed over labels. */
public final class PrometheusText {
  private static final String TOTAL = "_total";

  private final Map<String, Double> sums = new HashMap<>();

  private PrometheusText() {}

  /** Reads a page; skips lines that are no values. */
  public static PrometheusText parse(String page) {
    PrometheusText parsed = new PrometheusText();
    for (String line : page.lines().toList()) {
      int labels = line.indexOf('{');
      int behind = labels < 0 ? line.indexOf(' ') : line.lastIndexOf('}') + 1;
      if (line.startsWith("#") || behind <= 0) {
        continue;
      }
      String name = line.substring(0, labels < 0 ? behind : labels);
      String[] values = line.substring(behind).strip().split(" ", -1); // value and maybe time
      String plain =
          name.endsWith(TOTAL) ? name.substring(0, name.length() - TOTAL.length()) : name;
      try {
        parsed.sums.merge(plain, Double.parseDouble(values[0]), Double::sum);
      } catch (NumberFormatException noValue) {
        // Skips what is no value.
      }
    }
    return parsed;
  }

  /**
   * Returns a sum, or 0 if there is none.
   *
   * @param name without {@code _total}
   */
  public long sum(String name) {
    return sums.getOrDefault(name, 0.).longValue();
  }
}
