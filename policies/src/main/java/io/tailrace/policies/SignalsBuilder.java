package io.tailrace.policies;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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

  Signals build(EvaluationTimes times) {
    return new Signals(new ArrayList<>(indexes.keySet()), owners, times);
  }
}
