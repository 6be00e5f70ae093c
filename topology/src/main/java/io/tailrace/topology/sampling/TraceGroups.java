package io.tailrace.topology.sampling;

import io.tailrace.policies.fingerprint.Fingerprint;
import io.tailrace.policies.fingerprint.Selector;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Groups open traces by the value of an attribute, such as the name of a tenant. At a bound of a
 * task, the group with the most bytes gives up a trace, so no group takes the space of others.
 *
 * <p>A trace joins a group with its first record that has the attribute; until then it belongs to
 * the group {@link Fingerprint#MISSING}. Values beyond {@link #MOST} form one group. Not
 * thread-safe.
 */
final class TraceGroups {
  /** Most groups with open traces that are told apart. Limits the search for the largest group. */
  static final int MOST = 1_000;

  private static final String OTHERS = "(other)";

  private final @Nullable Selector selector;
  private final Map<String, TraceGroup> groups = new LinkedHashMap<>();

  /**
   * @param selector null if traces are not grouped
   */
  TraceGroups(@Nullable Selector selector) {
    this.selector = selector;
  }

  /**
   * Adds spans to the group of their trace, which they may determine.
   *
   * @param trace trace whose bytes already include the spans
   * @param from scan of the record of the spans
   * @param scanned index of the trace in the record
   * @param bytes size of the spans
   */
  void add(OpenTrace trace, RecordScan from, int scanned, int bytes) {
    if (selector == null) {
      return;
    }
    TraceGroup group = trace.group;
    if (group != null && !group.name().equals(Fingerprint.MISSING)) {
      group.addBytes(bytes);
      return;
    }
    Optional<String> value = from.firstValue(scanned, selector);
    if (group == null) {
      group(value.orElse(Fingerprint.MISSING)).add(trace);
      return;
    }
    group.addBytes(bytes);
    if (value.isPresent()) {
      remove(trace);
      group(value.get()).add(trace);
    }
  }

  private TraceGroup group(String name) {
    TraceGroup known = groups.get(name);
    if (known != null) {
      return known;
    }
    String fitting = groups.size() < MOST ? name : OTHERS;
    return groups.computeIfAbsent(fitting, TraceGroup::new);
  }

  void remove(OpenTrace trace) {
    TraceGroup group = trace.group;
    if (group != null) {
      group.remove(trace);
      if (group.isEmpty()) {
        groups.remove(group.name());
      }
    }
  }

  /** Returns the group with the most bytes; empty without groups. */
  Optional<TraceGroup> largest() {
    TraceGroup largest = null;
    for (TraceGroup group : groups.values()) {
      if (largest == null || group.bytes() > largest.bytes()) {
        largest = group;
      }
    }
    return Optional.ofNullable(largest);
  }
}
