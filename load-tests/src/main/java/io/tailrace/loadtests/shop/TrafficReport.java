package io.tailrace.loadtests.shop;

import java.util.Map;
import java.util.stream.Collectors;

/**
 * Snapshot of the sent traffic.
 *
 * @param totals total counts
 * @param traces traces by ID, 32 lower-case hex characters; only the latest if there are too many
 */
public record TrafficReport(TrafficTotals totals, Map<String, TraceTruth> traces) {
  public TrafficReport {
    traces = Map.copyOf(traces);
  }

  /** Returns the traces with an error. */
  public Map<String, TraceTruth> errorTraces() {
    return traces.entrySet().stream()
        .filter(trace -> trace.getValue().hasError())
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
  }
}
