package io.tailrace.loadtests.shop;

import java.util.Map;
import java.util.stream.Collectors;

/**
 * What was sent, as a snapshot.
 *
 * @param totals counts over everything
 * @param traces by trace id, 32 lower-case hex characters; the latest ones where there were too
 *     many
 */
public record TrafficReport(TrafficTotals totals, Map<String, TraceTruth> traces) {
  public TrafficReport {
    traces = Map.copyOf(traces);
  }

  /** Those of the traces that have an error. */
  public Map<String, TraceTruth> errorTraces() {
    return traces.entrySet().stream()
        .filter(trace -> trace.getValue().hasError())
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
  }
}
