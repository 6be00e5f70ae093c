package io.tailrace.loadtests.demo;

import io.tailrace.loadtests.shop.TraceTruth;
import io.tailrace.loadtests.shop.TrafficReport;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Compares sent and exported traces.
 *
 * @param sent report of the shop
 * @param exported exported spans by trace ID
 */
record DemoCheck(TrafficReport sent, Map<String, Integer> exported) {
  boolean allErrorsCameOut() {
    return wholeErrorTraces() == sent.errorTraces().size() && splitTraces() == 0;
  }

  List<String> summary() {
    long traces = sent.totals().traces();
    long spansOut = exported.values().stream().mapToLong(Integer::longValue).sum();
    return List.of(
        format("in           %,d traces, %,d spans", traces, sent.totals().spans()),
        format(
            "out          %,d traces, %,d spans: %.1f %% of traces",
            exported.size(), spansOut, traces == 0 ? 0 : 100.0 * exported.size() / traces),
        format(
            "error traces %,d in, %,d out whole%s",
            sent.errorTraces().size(),
            wholeErrorTraces(),
            allErrorsCameOut() ? ": every one came out" : ""),
        format("traces that came out with spans missing or twice: %,d", splitTraces()));
  }

  private long wholeErrorTraces() {
    return sent.errorTraces().entrySet().stream().filter(this::isWhole).count();
  }

  private long splitTraces() {
    return sent.traces().entrySet().stream()
        .filter(trace -> exported.containsKey(trace.getKey()) && !isWhole(trace))
        .count();
  }

  private boolean isWhole(Map.Entry<String, TraceTruth> trace) {
    return exported.getOrDefault(trace.getKey(), 0) == trace.getValue().spans();
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
