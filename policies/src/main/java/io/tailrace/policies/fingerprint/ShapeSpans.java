package io.tailrace.policies.fingerprint;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Spans of one trace for {@code trace.shape}: the set of (parent service, service, span name). A
 * span can arrive before its parent, so the set is built on demand. Takes 32 bytes per span and at
 * most {@link #MOST} spans. Not thread-safe.
 */
final class ShapeSpans {
  /** Larger traces have no shape. Limits a trace to 32 KB. */
  static final int MOST = 1_000;

  static final long NO_PARENT = 1; // no hash of an ID, but with a probability of 2^-64
  private static final long UNKNOWN_PARENT = 2;
  private static final int FIELDS = 4;
  private static final int INITIAL = 4;

  private long[] fields = new long[INITIAL * FIELDS];
  private int size;

  void add(long id, long parent, long service, long name) {
    if (size >= MOST) {
      size = MOST + 1;
      fields = new long[0];
      return;
    }
    int at = size * FIELDS;
    if (at == fields.length) {
      fields = Arrays.copyOf(fields, at * 2);
    }
    fields[at] = id;
    fields[at + 1] = parent;
    fields[at + 2] = service;
    fields[at + 3] = name;
    size++;
  }

  boolean isTooMany() {
    return size > MOST;
  }

  /** Returns the hash of the set. A span that was received twice counts once. */
  long hash() {
    Map<Long, Long> serviceOf = new HashMap<>();
    for (int at = 0; at < size * FIELDS; at += FIELDS) {
      serviceOf.merge(fields[at], fields[at + 2], Long::min); // whatever the order of equal IDs
    }
    long[] edges = new long[size];
    for (int i = 0; i < size; i++) {
      int at = i * FIELDS;
      long parent = fields[at + 1];
      long parentService =
          parent == NO_PARENT ? NO_PARENT : serviceOf.getOrDefault(parent, UNKNOWN_PARENT);
      edges[i] = ValueHash.joined(ValueHash.joined(parentService, fields[at + 2]), fields[at + 3]);
    }
    long[] distinct = Arrays.stream(edges).sorted().distinct().toArray();
    return ValueHash.joined(distinct, 0, distinct.length);
  }
}
