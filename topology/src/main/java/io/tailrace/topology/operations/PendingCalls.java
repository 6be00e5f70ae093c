package io.tailrace.topology.operations;

import io.tailrace.serdes.TraceId;
import io.tailrace.serdes.Verdict;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Calls that are counted with the next commit. In arrays, as objects that live until then cost
 * their copies in young collections. Not thread-safe.
 */
final class PendingCalls {
  private static final int FIRST_SIZE = 256;
  private static final int STATUSES = 3; // in two bits
  private static final int STATUS_BITS = 3;
  private static final int IS_NEW = 4;
  private static final int IS_FAILED = 8;

  private @Nullable Operation[] operations = new @Nullable Operation[FIRST_SIZE];
  private @Nullable Verdict[] keptBy = new @Nullable Verdict[FIRST_SIZE];
  private long[] tracesHigh = new long[FIRST_SIZE];
  private long[] tracesLow = new long[FIRST_SIZE];
  private long[] spanIds = new long[FIRST_SIZE];
  private long[] nanos = new long[FIRST_SIZE];
  private byte[] facts = new byte[FIRST_SIZE];
  private int size;

  /**
   * Adds a call.
   *
   * @param isNew whether it is counted for the first time; otherwise, only the keep is new
   * @param isFailed whether any span of the trace has an error status
   * @param verdict the call is kept if this keeps the trace
   */
  void add(TraceId id, EntrySpan call, boolean isNew, boolean isFailed, Verdict verdict) {
    if (size == facts.length) {
      grow();
    }
    int status = call.status() > 0 && call.status() < STATUSES ? call.status() : 0;
    operations[size] = call.operation();
    keptBy[size] = verdict.kept() ? verdict : null;
    tracesHigh[size] = id.high();
    tracesLow[size] = id.low();
    spanIds[size] = call.spanId();
    nanos[size] = call.nanos();
    facts[size] = (byte) (status | (isNew ? IS_NEW : 0) | (isFailed ? IS_FAILED : 0));
    size++;
  }

  private void grow() {
    int larger = 2 * size;
    operations = Arrays.copyOf(operations, larger);
    keptBy = Arrays.copyOf(keptBy, larger);
    tracesHigh = Arrays.copyOf(tracesHigh, larger);
    tracesLow = Arrays.copyOf(tracesLow, larger);
    spanIds = Arrays.copyOf(spanIds, larger);
    nanos = Arrays.copyOf(nanos, larger);
    facts = Arrays.copyOf(facts, larger);
  }

  /** Returns the number of calls. */
  int size() {
    return size;
  }

  Operation operation(int call) {
    return Objects.requireNonNull(operations[call], "operation");
  }

  /** Returns the verdict that keeps the trace of a call; null if it was dropped. */
  @Nullable Verdict keptBy(int call) {
    return keptBy[call];
  }

  long traceHigh(int call) {
    return tracesHigh[call];
  }

  long traceLow(int call) {
    return tracesLow[call];
  }

  long spanId(int call) {
    return spanIds[call];
  }

  long nanos(int call) {
    return nanos[call];
  }

  /** Returns the status; 0 unset or unknown, 1 OK, 2 error. */
  int status(int call) {
    return facts[call] & STATUS_BITS;
  }

  boolean isNew(int call) {
    return (facts[call] & IS_NEW) != 0;
  }

  boolean isFailed(int call) {
    return (facts[call] & IS_FAILED) != 0;
  }

  /** Removes all calls, but not their room. */
  void clear() {
    Arrays.fill(operations, 0, size, null);
    Arrays.fill(keptBy, 0, size, null);
    size = 0;
  }
}
