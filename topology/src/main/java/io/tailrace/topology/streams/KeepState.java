package io.tailrace.topology.streams;

import io.tailrace.serdes.TraceId;
import io.tailrace.serdes.Verdict;
import io.tailrace.serdes.VerdictKind;
import io.tailrace.topology.keep.WantedTrace;
import io.tailrace.topology.sampling.KeepMarks;
import io.tailrace.topology.sampling.PolicyState;
import io.tailrace.topology.sampling.ReadBacks;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Requested traces of a task that are not exported yet. Shares a store with {@link PolicyState},
 * saved in the transaction of verdicts and exports: a crash loses no request and exports nothing
 * twice. Not thread-safe.
 */
final class KeepState implements KeepMarks, ReadBacks {
  private static final String POSITION = "keep/position";
  private static final String MARK = "keep/mark/";
  private static final String WANTED = "keep/wanted/";
  private static final byte ROW_VERSION = 1;

  /**
   * Maximum number of traces that late spans turned or kept traces link to, and that wait: to be
   * read back, some 200 bytes each, or for their first span, some 150.
   */
  private static final int MAX_WAITING = 10_000;

  private static final long FORGET_MILLIS = 1_000;

  /** Mark of an open trace, which has no expiry. */
  private static final long NO_EXPIRY = Long.MAX_VALUE;

  /** Under at-least-once: time after which an export is committed or will be repeated. */
  private static final long COMMITTED_AFTER_MILLIS = 60_000;

  private final KeyValueStore<String, byte[]> store;
  private final boolean exactlyOnce;
  private final Map<TraceId, Long> done = new LinkedHashMap<>();
  private final Map<TraceId, VerdictKind> marks = new HashMap<>();
  private final Map<TraceId, Long> unseen = new HashMap<>();
  private int requested;
  private long lastForgotten = Long.MIN_VALUE;
  private final Map<TraceId, WantedTrace> wanted = new LinkedHashMap<>();
  private final List<WantedTrace> unsubmitted = new ArrayList<>();

  /**
   * @param exactlyOnce whether the store is saved in the transaction of the exports. Otherwise, it
   *     can be ahead of them after a crash, and finished requests are removed late
   */
  KeepState(KeyValueStore<String, byte[]> store, boolean exactlyOnce) {
    this.store = store;
    this.exactlyOnce = exactlyOnce;
    try (KeyValueIterator<String, byte[]> rows = store.all()) {
      while (rows.hasNext()) {
        KeyValue<String, byte[]> row = rows.next();
        if (row.key.startsWith(MARK)) {
          restoreMark(TraceId.parse(row.key.substring(MARK.length())), ByteBuffer.wrap(row.value));
        } else if (row.key.startsWith(WANTED)) {
          TraceId id = TraceId.parse(row.key.substring(WANTED.length()));
          WantedTrace trace = WantedTrace.decode(id, row.value);
          wanted.put(id, trace);
          requested += requests(trace);
        }
      }
    }
  }

  boolean isExactlyOnce() {
    return exactlyOnce;
  }

  /** Returns the offset of the next request; empty if no request was read. */
  OptionalLong position() {
    byte[] row = store.get(POSITION);
    return row == null
        ? OptionalLong.empty()
        : OptionalLong.of(ByteBuffer.wrap(row, 1, 8).getLong());
  }

  void position(long next) {
    store.put(POSITION, ByteBuffer.allocate(1 + Long.BYTES).put(ROW_VERSION).putLong(next).array());
  }

  /** Restores a mark. Earlier releases stored those of manual requests only, as a version. */
  private void restoreMark(TraceId id, ByteBuffer row) {
    row.get();
    marks.put(id, row.hasRemaining() ? VerdictKind.of(row.get()) : VerdictKind.KEPT_WHEN_DUE);
    long until = row.hasRemaining() ? row.getLong() : NO_EXPIRY;
    if (until != NO_EXPIRY) {
      unseen.put(id, until);
    }
  }

  /**
   * Marks an open trace.
   *
   * @param kind {@link VerdictKind#KEPT_WHEN_DUE} or {@link VerdictKind#LINKED}, which does not
   *     replace the other
   */
  void mark(TraceId id, VerdictKind kind) {
    if (marks.get(id) != VerdictKind.KEPT_WHEN_DUE) {
      unseen.remove(id);
      mark(id, kind, NO_EXPIRY);
    }
  }

  /**
   * Marks a trace without any span so far, that a kept trace links to.
   *
   * @param until log time up to which its first span is expected
   * @return false if too many are marked
   */
  boolean markUnseen(TraceId id, long until) {
    Long before = unseen.get(id);
    if (before == null && marks.containsKey(id)) {
      return true; // without an expiry
    }
    if (before == null && unseen.size() >= MAX_WAITING) {
      return false;
    }
    if (before == null || before < until) {
      unseen.put(id, until);
      mark(id, VerdictKind.LINKED, until);
    }
    return true;
  }

  private void mark(TraceId id, VerdictKind kind, long until) {
    marks.put(id, kind);
    store.put(
        MARK + id,
        ByteBuffer.allocate(2 + Long.BYTES)
            .put(ROW_VERSION)
            .put(kind.code())
            .putLong(until)
            .array());
  }

  /**
   * Removes the marks of traces whose first span did not arrive in time. Examines all of them, once
   * a second of log time.
   *
   * @param firstSeen returns the log time of the first span of an open trace
   */
  void forgetUnseen(long logTime, Function<TraceId, OptionalLong> firstSeen) {
    if (unseen.isEmpty() || logTime < lastForgotten + FORGET_MILLIS) {
      return;
    }
    lastForgotten = logTime;
    Iterator<Map.Entry<TraceId, Long>> all = unseen.entrySet().iterator();
    while (all.hasNext()) {
      Map.Entry<TraceId, Long> next = all.next();
      long until = next.getValue();
      if (until >= logTime) {
        continue;
      }
      all.remove();
      TraceId id = next.getKey();
      OptionalLong seen = firstSeen.apply(id);
      if (seen.isPresent() && seen.getAsLong() <= until) {
        mark(id, VerdictKind.LINKED, NO_EXPIRY);
      } else {
        marks.remove(id);
        store.delete(MARK + id);
      }
    }
  }

  @Override
  public @Nullable VerdictKind take(long high, long low, long firstSeen) {
    if (marks.isEmpty()) {
      return null;
    }
    TraceId id = new TraceId(high, low);
    VerdictKind kind = marks.remove(id);
    if (kind == null) {
      return null;
    }
    store.delete(MARK + id);
    Long until = unseen.remove(id);
    return until == null || firstSeen <= until ? kind : null;
  }

  @Override
  public boolean want(TraceId id, Verdict verdict, boolean withHistory) {
    WantedTrace earlier = wanted.get(id);
    boolean isPending =
        earlier != null && (exactlyOnce || earlier.request() != WantedTrace.NO_REQUEST);
    if (wanted.size() >= MAX_WAITING || isPending) {
      return false;
    }
    WantedTrace trace =
        new WantedTrace(id, verdict, withHistory, WantedTrace.NO_REQUEST, verdict.firstOffset(), 0);
    want(trace);
    unsubmitted.add(trace);
    return true;
  }

  @Override
  public void repeated(TraceId id, Verdict verdict) {
    if (!exactlyOnce && !wanted.containsKey(id)) { // the verdict was stored, and perhaps not this
      want(id, verdict, false);
    }
  }

  /** Returns and forgets the traces wanted by late spans or links since the last call. */
  List<WantedTrace> takeUnsubmitted() {
    List<WantedTrace> taken = List.copyOf(unsubmitted);
    unsubmitted.clear();
    return taken;
  }

  Collection<WantedTrace> wanted() {
    return List.copyOf(wanted.values());
  }

  /** Returns the number of traces that manual requests want. */
  int requestedCount() {
    return requested;
  }

  private static int requests(@Nullable WantedTrace trace) {
    return trace == null || trace.request() == WantedTrace.NO_REQUEST ? 0 : 1;
  }

  /** Returns the requested trace, or null. */
  @Nullable WantedTrace wanted(TraceId id) {
    return wanted.get(id);
  }

  /**
   * Returns requested traces whose verdict may be missing because it was not committed. Verdicts
   * that late spans turned are not among them: these spans are read again.
   */
  Collection<WantedTrace> uncommitted(long committedOffset) {
    return exactlyOnce
        ? List.of()
        : wanted.values().stream()
            .filter(trace -> trace.verdict().kind() != VerdictKind.RECONSIDERED)
            .filter(trace -> trace.verdict().position() >= committedOffset)
            .toList();
  }

  void want(WantedTrace trace) {
    done.remove(trace.id());
    requested += requests(trace) - requests(wanted.put(trace.id(), trace));
    store.put(WANTED + trace.id(), trace.encode());
  }

  /** Records that a part of the trace was exported. */
  void exportedUpTo(WantedTrace after) {
    wanted.put(after.id(), after);
    if (exactlyOnce) {
      store.put(WANTED + after.id(), after.encode());
    }
  }

  /** Records that the whole trace was exported. */
  void done(TraceId id, long wallTime) {
    requested -= requests(wanted.remove(id));
    if (exactlyOnce) {
      store.delete(WANTED + id);
    } else {
      done.put(id, wallTime);
    }
  }

  /** Removes requests that were finished long enough ago. */
  void forgetDone(long wallTime) {
    done.entrySet()
        .removeIf(
            entry -> {
              boolean isCommitted = wallTime - entry.getValue() > COMMITTED_AFTER_MILLIS;
              if (isCommitted) {
                store.delete(WANTED + entry.getKey());
              }
              return isCommitted;
            });
  }
}
