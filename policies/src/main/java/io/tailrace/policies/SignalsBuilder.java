package io.tailrace.policies;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;

/** Gives every different signal of a policy set one index. */
final class SignalsBuilder {
  private final Map<Signal, Integer> indexes = new LinkedHashMap<>();
  private final List<Integer> owners = new ArrayList<>();
  private int policy;

  /** Signals that are new from here on belong to this top-level policy. */
  void belongTo(int policyIndex) {
    policy = policyIndex;
  }

  /** The index of {@code signal}; equal signals share one. */
  int index(Signal signal) {
    Integer known = indexes.putIfAbsent(signal, indexes.size());
    if (known != null) {
      return known;
    }
    owners.add(policy);
    return owners.size() - 1;
  }

  /** The index that each signal of another set has here. */
  int[] indexes(Signals others) {
    return others.all().stream().mapToInt(this::index).toArray();
  }

  /** Takes over all signals of another set, under the same indexes and owners. */
  void copy(Signals others) {
    for (int i = 0; i < others.size(); i++) {
      belongTo(others.owners().get(i));
      index(others.all().get(i));
    }
  }

  /**
   * Makes the signals.
   *
   * @param slots for each top-level policy, in which slot of {@code times} its time is counted
   */
  Signals build(EvaluationTimes times, IntUnaryOperator slots) {
    List<Integer> bySlot = owners.stream().map(slots::applyAsInt).toList();
    return new Signals(new ArrayList<>(indexes.keySet()), bySlot, times);
  }
}
