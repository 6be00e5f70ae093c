package io.tailrace.topology.streams;

import io.tailrace.serdes.TraceId;
import io.tailrace.serdes.Verdict;
import io.tailrace.topology.keep.WantedTrace;
import io.tailrace.topology.sampling.KeepMarks;
import io.tailrace.topology.sampling.PolicyState;
import io.tailrace.topology.sampling.ReadBacks;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
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

  /** Maximum number of traces that late spans turned and that wait, some 200 bytes each. */
  private static final int MAX_TURNED = 10_000;

  /** Under at-least-once: time after which an export is committed or will be repeated. */
  private static final long COMMITTED_AFTER_MILLIS = 60_000;

  private final KeyValueStore<String, byte[]> store;
  private final boolean exactlyOnce;
  private final Map<TraceId, Long> done = new LinkedHashMap<>();
  private final Set<TraceId> marks = new HashSet<>();
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
          marks.add(TraceId.parse(row.key.substring(MARK.length())));
        } else if (row.key.startsWith(WANTED)) {
          TraceId id = TraceId.parse(row.key.substring(WANTED.length()));
          wanted.put(id, WantedTrace.decode(id, row.value));
        }
      }
    }
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

  /** Marks an open trace. */
  void mark(TraceId id) {
    if (marks.add(id)) {
      store.put(MARK + id, new byte[] {ROW_VERSION});
    }
  }

  @Override
  public boolean take(long high, long low) {
    if (marks.isEmpty()) {
      return false;
    }
    TraceId id = new TraceId(high, low);
    if (!marks.remove(id)) {
      return false;
    }
    store.delete(MARK + id);
    return true;
  }

  @Override
  public boolean want(TraceId id, Verdict verdict, boolean withHistory) {
    WantedTrace earlier = wanted.get(id);
    boolean isPending =
        earlier != null && (exactlyOnce || earlier.request() != WantedTrace.NO_REQUEST);
    if (wanted.size() >= MAX_TURNED || isPending) {
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

  /** Returns and forgets the traces wanted by late spans since the last call. */
  List<WantedTrace> takeUnsubmitted() {
    List<WantedTrace> taken = List.copyOf(unsubmitted);
    unsubmitted.clear();
    return taken;
  }

  Collection<WantedTrace> wanted() {
    return List.copyOf(wanted.values());
  }

  /** Returns the number of traces that requests want. */
  int requestedCount() {
    return (int)
        wanted.values().stream().filter(trace -> trace.request() != WantedTrace.NO_REQUEST).count();
  }

  /** Returns the requested trace, or null. */
  @Nullable WantedTrace wanted(TraceId id) {
    return wanted.get(id);
  }

  /** Returns requested traces whose verdict may be missing because it was not committed. */
  Collection<WantedTrace> uncommitted(long committedOffset) {
    return exactlyOnce
        ? List.of()
        : wanted.values().stream()
            .filter(trace -> trace.verdict().position() >= committedOffset)
            .toList();
  }

  void want(WantedTrace trace) {
    done.remove(trace.id());
    wanted.put(trace.id(), trace);
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
    wanted.remove(id);
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
