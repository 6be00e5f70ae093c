package io.tailrace.topology.operations;

import io.tailrace.serdes.TraceId;
import io.tailrace.serdes.Verdict;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Kept calls of an operation: their weights, policies and latest traces. Not thread-safe. */
final class KeptTally {
  static final int MAX_RECENT = 5;
  private static final int MAX_POLICIES = 50;

  private final Map<String, Long> policies = new HashMap<>();
  private final Deque<Kept> recent = new ArrayDeque<>();
  private long kept;
  private long weighted;
  private double weight;

  private record Kept(long high, long low, long at) {}

  void count(long traceHigh, long traceLow, Verdict verdict, long wallTime) {
    kept++;
    if (verdict.weight().isKnown()) {
      weighted++;
      weight += verdict.weight().adjustedCount();
    }
    if (policies.size() < MAX_POLICIES || policies.containsKey(verdict.policy())) {
      policies.merge(verdict.policy(), 1L, Long::sum);
    }
    Kept last = recent.peekFirst();
    if (last != null && last.high == traceHigh && last.low == traceLow) {
      return; // another call of the same trace
    }
    if (recent.size() == MAX_RECENT) {
      recent.removeLast();
    }
    recent.addFirst(new Kept(traceHigh, traceLow, wallTime));
  }

  long kept() {
    return kept;
  }

  long weighted() {
    return weighted;
  }

  double weight() {
    return weight;
  }

  /** Returns the policies, largest first. */
  List<OperationReport.Keeps> policies() {
    List<OperationReport.Keeps> keeps = new ArrayList<>();
    policies.forEach((policy, count) -> keeps.add(new OperationReport.Keeps(policy, count)));
    keeps.sort(Comparator.comparingLong(OperationReport.Keeps::kept).reversed());
    return keeps;
  }

  /** Returns the latest kept traces, latest first. */
  List<OperationReport.Recent> recent() {
    return recent.stream()
        .map(one -> new OperationReport.Recent(new TraceId(one.high, one.low).toHex(), one.at))
        .toList();
  }
}
