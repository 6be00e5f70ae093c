package io.tailrace.topology.simulate;

import io.tailrace.policies.Decision;
import io.tailrace.policies.fingerprint.Fingerprint;
import io.tailrace.policies.fingerprint.ValueNames;
import io.tailrace.policies.policy.Vote;
import io.tailrace.topology.sampling.OpenTrace;
import io.tailrace.topology.sampling.Representation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Counts the traces of a policy by their keys. Bounded. Not thread-safe. */
final class KeyTally {
  /** Keys with fewer are no sign of an unbounded attribute. */
  static final int FEW_KEYS = 1_000;

  private static final int MAX_KEYS = 50_000;
  private static final double PROBABILITY_RANGE = 0x1p56;
  private static final Pattern SEPARATOR = Pattern.compile("\u2022");

  /** Traces of one key, or of all further ones. */
  static final class OfKey {
    private final String text;
    private final Representation truth = new Representation();
    private long traces;
    private long spans;
    private long keptSpans;
    private double probability;

    private OfKey(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }

    long traces() {
      return traces;
    }

    long spans() {
      return spans;
    }

    /** Returns the spans of the traces that the policy samples. */
    long keptSpans() {
      return keptSpans;
    }

    /** Returns the probability of the latest trace. */
    double probability() {
      return probability;
    }

    /** Returns the sum of the adjusted counts of the sampled traces. */
    double adjusted() {
      return truth.adjusted();
    }

    private void add(OpenTrace trace, Vote vote, long threshold) {
      traces++;
      spans += trace.spanCount;
      keptSpans += vote == Vote.SAMPLED ? trace.spanCount : 0;
      probability = 1 - threshold / PROBABILITY_RANGE;
      truth.add(trace, threshold);
    }

    private void add(OfKey other) {
      traces += other.traces;
      spans += other.spans;
      keptSpans += other.keptSpans;
    }
  }

  private final String policy;
  private final Map<Long, OfKey> keys = new HashMap<>();
  private final OfKey beyond = new OfKey("");
  private List<String> selectors = List.of();
  private boolean isFull;
  private String doubt = "";

  KeyTally(String policy) {
    this.policy = policy;
  }

  String policy() {
    return policy;
  }

  /** Adds a trace that the policy could sample. */
  void add(
      OpenTrace trace,
      int index,
      Fingerprint fingerprint,
      Decision decision,
      int voter,
      ValueNames names) {
    long threshold = decision.threshold(voter);
    Vote vote = decision.vote(voter);
    if (threshold < 0 || (vote != Vote.SAMPLED && vote != Vote.NOT_SAMPLED)) {
      return;
    }
    selectors = fingerprint.selectors().stream().map(Object::toString).toList();
    long hash = trace.fingerprint(index);
    OfKey key = keys.get(hash);
    if (key == null && keys.size() < MAX_KEYS) {
      key = new OfKey(trace.fingerprintText(index, names));
      keys.put(hash, key);
    } else if (key == null && !isFull) {
      doubt = unboundedSelector();
      isFull = true;
    }
    (key == null ? beyond : key).add(trace, vote, threshold);
  }

  boolean isEmpty() {
    return keys.isEmpty();
  }

  int keys() {
    return keys.size();
  }

  /** Returns the keys with most spans, in descending order. */
  List<OfKey> top(int max) {
    return sorted().stream().limit(max).toList();
  }

  /** Returns the sum of all other keys. Its probability and adjusted count mean nothing. */
  OfKey rest(int after) {
    OfKey rest = new OfKey("");
    sorted().stream().skip(after).forEach(rest::add);
    rest.add(beyond);
    return rest;
  }

  /** Returns the sum of the adjusted counts of {@link #rest}. */
  double adjustedRest(int after) {
    return sorted().stream().skip(after).mapToDouble(OfKey::adjusted).sum() + beyond.adjusted();
  }

  private List<OfKey> sorted() {
    List<OfKey> all = new ArrayList<>(keys.values());
    all.sort(Comparator.comparingLong(OfKey::spans).reversed().thenComparing(OfKey::text));
    return all;
  }

  /**
   * Returns the selector that gives most traces a key of their own, if there is one: with more than
   * a thousand keys, of which more than half of the traces have one alone.
   */
  Optional<String> unbounded() {
    return Optional.of(isFull ? doubt : unboundedSelector()).filter(text -> !text.isEmpty());
  }

  private String unboundedSelector() {
    long traces = keys.values().stream().mapToLong(OfKey::traces).sum();
    long alone = keys.values().stream().filter(key -> key.traces == 1).count();
    if (keys.size() <= FEW_KEYS || 2 * alone <= traces) {
      return "";
    }
    List<Set<String>> values = selectors.stream().<Set<String>>map(s -> new HashSet<>()).toList();
    for (OfKey key : keys.values()) {
      String[] parts = SEPARATOR.split(key.text, values.size());
      for (int i = 0; i < parts.length; i++) {
        values.get(i).add(parts[i]);
      }
    }
    int most = 0;
    for (int i = 1; i < values.size(); i++) {
      most = values.get(i).size() > values.get(most).size() ? i : most;
    }
    return selectors.get(most);
  }
}
