package io.tailrace.policies.signals;

import io.tailrace.policies.fingerprint.Fingerprint;
import io.tailrace.policies.fingerprint.Fingerprints;
import io.tailrace.policies.fingerprint.Selector;
import io.tailrace.policies.ottl.SpanConditions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/** Assigns an index to each distinct signal and to each distinct fingerprint of a policy set. */
public final class SignalsBuilder {
  private final Map<Signal, Integer> indexes = new LinkedHashMap<>();
  private final List<Integer> owners = new ArrayList<>();
  private final List<Fingerprint> fingerprints = new ArrayList<>();
  private @Nullable SpanConditions rootCondition;
  private int policy;

  /** Sets the top-level policy that owns signals added from now on. */
  public void belongTo(int policyIndex) {
    policy = policyIndex;
  }

  /** Returns the index of {@code signal}. Equal signals share an index. */
  public int index(Signal signal) {
    Integer known = indexes.putIfAbsent(signal, indexes.size());
    if (known != null) {
      return known;
    }
    owners.add(policy);
    return owners.size() - 1;
  }

  /** Adds the signals of another set and returns their indexes. */
  public int[] indexes(Signals others) {
    return others.all().stream().mapToInt(this::index).toArray();
  }

  /** Returns the index of the fingerprint. Equal fingerprints share an index. */
  public int fingerprint(List<Selector> selectors) {
    Fingerprint fingerprint = new Fingerprint(selectors);
    if (!fingerprints.contains(fingerprint)) {
      fingerprints.add(fingerprint);
    }
    return fingerprints.indexOf(fingerprint);
  }

  /** Adds the fingerprints of another set and returns their indexes. */
  public int[] fingerprints(Signals others) {
    return others.fingerprints().all().stream()
        .mapToInt(other -> fingerprint(other.selectors()))
        .toArray();
  }

  /** Sets the condition that root spans meet; null if they are those without parent. */
  public void rootCondition(@Nullable SpanConditions condition) {
    rootCondition = condition;
  }

  /** Copies another set: its signals with their indexes and owners, and the rest. */
  public void copy(Signals others) {
    for (int i = 0; i < others.size(); i++) {
      belongTo(others.owners().get(i));
      index(others.all().get(i));
    }
    fingerprints(others);
    rootCondition = others.rootCondition().orElse(null);
  }

  /**
   * Creates the signals.
   *
   * @param slots maps a top-level policy to its slot in {@code times}
   */
  public Signals build(EvaluationTimes times, IntUnaryOperator slots) {
    List<Integer> bySlot = owners.stream().map(slots::applyAsInt).toList();
    return new Signals(
        new ArrayList<>(indexes.keySet()),
        bySlot,
        new Fingerprints(fingerprints),
        rootCondition,
        times);
  }
}
