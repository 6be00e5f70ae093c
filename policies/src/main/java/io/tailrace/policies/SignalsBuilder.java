package io.tailrace.policies;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;

/** Gives every different signal of a policy set one index. */
final class SignalsBuilder {
  private final Map<Signal, Integer> indexes = new LinkedHashMap<>();

  /** The index of {@code signal}; equal signals share one. */
  int index(Signal signal) {
    return indexes.computeIfAbsent(signal, unseen -> indexes.size());
  }

  Signals build() {
    return new Signals(new ArrayList<>(indexes.keySet()));
  }
}
