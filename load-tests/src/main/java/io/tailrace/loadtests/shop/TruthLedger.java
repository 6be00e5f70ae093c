package io.tailrace.loadtests.shop;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Records the latest sent traces up to a limit. Thread-safe. */
final class TruthLedger {
  private final int capacity;
  private final Map<String, TraceTruth> traces = new LinkedHashMap<>();
  private long traceCount;
  private long spanCount;
  private long errorTraceCount;
  private long unacknowledgedSpanCount;
  private long forgottenCount;

  TruthLedger(int capacity) {
    this.capacity = capacity;
  }

  synchronized void acknowledged(Map<String, TraceTruth> parts) {
    parts.forEach(this::add);
  }

  synchronized void failed(Map<String, TraceTruth> parts) {
    parts.forEach((id, part) -> add(id, part.unacknowledged()));
  }

  synchronized TrafficTotals totals() {
    return new TrafficTotals(
        traceCount, spanCount, errorTraceCount, unacknowledgedSpanCount, forgottenCount);
  }

  synchronized TrafficReport report() {
    return new TrafficReport(totals(), traces);
  }

  private void add(String id, TraceTruth part) {
    TraceTruth before = traces.get(id);
    TraceTruth after = before == null ? part : before.plus(part);
    traces.put(id, after);
    spanCount += part.spans();
    unacknowledgedSpanCount += part.unacknowledgedSpans();
    if (after.spans() > 0 && (before == null || before.spans() == 0)) {
      traceCount++;
    }
    if (after.hasError() && (before == null || !before.hasError())) {
      errorTraceCount++;
    }
    forgetOldest();
  }

  private void forgetOldest() {
    if (traces.size() <= capacity) {
      return;
    }
    Iterator<String> oldest = traces.keySet().iterator();
    oldest.next();
    oldest.remove();
    forgottenCount++;
  }
}
