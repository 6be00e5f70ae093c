package io.tailrace.topology.sampling;

import io.tailrace.policies.fingerprint.TraceValues;
import io.tailrace.policies.fingerprint.ValueNames;
import io.tailrace.policies.policy.TraceFacts;
import io.tailrace.serdes.ConsistentSampling;
import io.tailrace.serdes.TraceId;
import io.tailrace.serdes.TraceStateReader;
import io.tailrace.serdes.TraceSummary;
import io.tailrace.topology.buffer.BufferedTrace;
import io.tailrace.topology.operations.EntrySpan;
import io.tailrace.topology.operations.Operation;
import io.tailrace.topology.operations.RootFacts;
import io.tailrace.topology.operations.TraceOutline;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Heap state of an undecided trace: the summary for the policies, the bytes not yet written to
 * disk, and the positions in the due queue. Uses one object per trace and none per span.
 */
public final class OpenTrace extends BufferedTrace implements TraceFacts, RootFacts {
  static final long NOT_SEEN = Long.MIN_VALUE;
  private static final long[] NO_WORDS = {};

  /** Greatest log time of its records. */
  long lastSeen;

  /** Offset to restore the trace from: its first offset or an earlier one. */
  public long restoreOffset;

  /** {@link LogClock#settled} at the read of the record at {@link #restoreOffset}, or before. */
  public long settledBefore = Long.MIN_VALUE;

  /**
   * Log time before which spans follow the previous verdict of the reopened trace; {@link
   * Long#MIN_VALUE} if there is none.
   */
  public long notBefore = Long.MIN_VALUE;

  /** Whether spans after its first one can follow an earlier verdict. */
  public boolean followsAnother;

  /** Least log time of the records with a root span, or {@link #NOT_SEEN}. */
  long rootSeen = NOT_SEEN;

  public int spanCount;
  public long bytes;
  private long start = Long.MAX_VALUE;
  private long end = Long.MIN_VALUE;

  /**
   * Raised signals. The words after the first are present only for policy sets with so many
   * signals.
   */
  public long raised;

  private long[] raisedMore = NO_WORDS;

  /** Values of fingerprints. Null if the policies have none, or no span was gathered yet. */
  @Nullable TraceValues values;

  /** Null if no span has an {@code ot} member in its trace state. */
  private @Nullable HeadSampling headSampling;

  /** Number of the {@link SignalLayout} of {@link #raised} and {@link #values}. */
  int layout;

  /** Null unless requested. */
  public @Nullable TraceOutline outline;

  // The root span as a call of its operation: an object of its own would cost a copy in each
  // collection of garbage.
  boolean findsRootCall;
  private int errors;
  private byte rootStatus;
  private @Nullable Operation operation;
  private long rootNanos;
  private long rootSpanId;

  /** Null unless traces are grouped. */
  @Nullable TraceGroup group;

  // Positions in the due queue.
  @Nullable OpenTrace openedBefore;
  public @Nullable OpenTrace openedAfter;
  int placeByFirst;
  int placeByRoot;

  public OpenTrace(long high, long low, long firstSeen, long firstOffset) {
    super(high, low, firstSeen, firstOffset);
    this.lastSeen = firstSeen;
    this.restoreOffset = firstOffset;
  }

  public void addSpan(long startUnixNanos, long endUnixNanos) {
    spanCount++;
    start = Math.min(start, startUnixNanos);
    end = Math.max(end, endUnixNanos);
  }

  /** Sets the facts of spans that are not at hand. */
  void restore(TraceSummary summary) {
    spanCount = summary.spans();
    bytes = summary.bytes();
    followsAnother = summary.followsAnother();
    start = summary.startUnixNanos();
    end = summary.endUnixNanos();
    if (summary.raised().length > 0) {
      setRaised(summary.raised());
    }
    restoreRandomness(summary);
  }

  /** Sets the randomness that its spans had then. */
  void restoreRandomness(TraceSummary summary) {
    headSampling = summary.randomness() < 0 ? null : new HeadSampling();
    if (headSampling != null) {
      headSampling.randomness = summary.randomness();
    }
  }

  /** Copies the signals raised so far. */
  void copyRaised(long[] to) {
    Arrays.fill(to, 0);
    to[0] = raised;
    System.arraycopy(raisedMore, 0, to, 1, raisedMore.length);
  }

  void setRaised(long[] from) {
    raised = from[0];
    if (from.length == 1) {
      return;
    }
    if (raisedMore.length == 0) {
      raisedMore = new long[from.length - 1];
    }
    System.arraycopy(from, 1, raisedMore, 0, raisedMore.length);
  }

  /** Forgets the signals and values gathered so far. */
  void forgetGathered() {
    raised = 0;
    raisedMore = NO_WORDS;
    values = null;
  }

  /** Adds the head sampling values of a span. */
  void addHeadSampling(TraceStateReader span) {
    if (headSampling == null) {
      headSampling = new HeadSampling();
    }
    headSampling.add(span);
  }

  /** Returns the {@code rv} of its spans, or {@link TraceStateReader#NONE}. */
  long explicitRandomness() {
    return headSampling == null ? TraceStateReader.NONE : headSampling.randomness;
  }

  /** Returns the least {@code th} of its spans; 0 if none has one. */
  long headThreshold() {
    return headSampling == null ? 0 : Math.max(0, headSampling.threshold);
  }

  @Override
  public long randomness() {
    long explicit = explicitRandomness();
    return explicit >= 0 ? explicit : ConsistentSampling.randomness(low);
  }

  boolean hasRoot() {
    return rootSeen != NOT_SEEN;
  }

  @Override
  public long traceIdHigh() {
    return high;
  }

  @Override
  public long traceIdLow() {
    return low;
  }

  @Override
  public int spanCount() {
    return spanCount;
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public long startUnixNanos() {
    return start;
  }

  @Override
  public long endUnixNanos() {
    return end;
  }

  @Override
  public boolean has(int signal) {
    long word = signal < Long.SIZE ? raised : raisedMore[(signal >> 6) - 1];
    return (word >>> signal & 1) != 0;
  }

  @Override
  public long fingerprint(int index) {
    return gathered().fingerprint(index);
  }

  /**
   * Returns the text of a fingerprint, with a hash in place of each value that has no name.
   *
   * @param index index in {@link io.tailrace.policies.signals.Signals#fingerprints} of the policies
   *     that decide
   */
  public String fingerprintText(int index, ValueNames names) {
    return gathered().text(index, names::text);
  }

  private TraceValues gathered() {
    if (values == null) {
      throw new IllegalStateException("no values of " + this + " (expected: gathered)");
    }
    return values;
  }

  @Override
  public boolean hasRootCall() {
    return operation != null;
  }

  @Override
  public void setRootCall(Operation of, int status, long nanos, long spanId) {
    operation = of;
    rootStatus = (byte) status;
    rootNanos = nanos;
    rootSpanId = spanId;
  }

  @Override
  public void addError() {
    errors++;
  }

  /** Returns the calls that the trace counts as; null if there are none or none were requested. */
  public @Nullable EntrySpan calls() {
    if (outline != null) {
      return outline.calls();
    }
    return operation == null
        ? null
        : new EntrySpan(operation, rootStatus, rootNanos, rootSpanId, null);
  }

  /** Returns the name of the root span; null if it has not arrived or was not requested. */
  public @Nullable String rootName() {
    if (outline != null) {
      return outline.root();
    }
    return operation == null ? null : operation.name();
  }

  /** Returns {@code service.name} of the root span; null as for its name, or if absent. */
  public @Nullable String rootService() {
    if (outline != null) {
      return outline.service();
    }
    return operation == null || operation.service().isEmpty() ? null : operation.service();
  }

  /** Returns the number of spans with an error status; null if it was not requested. */
  public @Nullable Integer errors() {
    if (outline != null) {
      return outline.errors();
    }
    return findsRootCall ? errors : null;
  }

  /** Returns whether a span has an error status, if calls were requested. */
  public boolean isFailed() {
    return outline == null ? errors > 0 : outline.errors() > 0;
  }

  /** Returns the outline, which must have been requested. */
  public TraceOutline requestedOutline() {
    if (outline == null) {
      throw new IllegalStateException("no outline of " + this + " (expected: requested)");
    }
    return outline;
  }

  @Override
  public String toString() {
    return "trace " + new TraceId(high, low);
  }
}
