package io.tailrace.policies;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;

/** Assigns an index to each distinct signal of a policy set. */
final class SignalsBuilder {
  private final Map<Signal, Integer> indexes = new LinkedHashMap<>();
  private final List<Integer> owners = new ArrayList<>();
  private int policy;

  /** Sets the top-level policy that owns signals added from now on. */
  void belongTo(int policyIndex) {
    policy = policyIndex;
  }

  /** Returns the index of {@code signal}. Equal signals share an index. */
  int index(Signal signal) {
    Integer known = indexes.putIfAbsent(signal, indexes.size());
    if (known != null) {
      return known;
    }
    owners.add(policy);
    return owners.size() - 1;
  }

  /** Adds the signals of another set and returns their indexes. */
  int[] indexes(Signals others) {
    return others.all().stream().mapToInt(this::index).toArray();
  }

  /** Copies all signals of another set with their indexes and owners. */
  void copy(Signals others) {
    for (int i = 0; i < others.size(); i++) {
      belongTo(others.owners().get(i));
      index(others.all().get(i));
    }
  }

  /**
   * Creates the signals.
   *
   * @param slots maps a top-level policy to its slot in {@code times}
   */
  Signals build(EvaluationTimes times, IntUnaryOperator slots) {
    List<Integer> bySlot = owners.stream().map(slots::applyAsInt).toList();
    return new Signals(new ArrayList<>(indexes.keySet()), bySlot, times);
  }
}
