package io.tailrace.topology.operations;

import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.SpanReader;
import io.tailrace.serdes.SpanScan;
import io.tailrace.serdes.TraceId;
import io.tailrace.serdes.Verdict;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Counts the operations of one task. What it counts becomes visible with {@link #commit}, so that a
 * task that starts again from its last commit counts nothing twice. Not thread-safe.
 */
public final class TaskOperations {
  private final Operations instance;
  private final boolean byService;
  private final PendingCalls pending = new PendingCalls();
  private @Nullable ReadBackScan readBack; // rarely needed

  TaskOperations(Operations instance) {
    this.instance = instance;
    this.byService = instance.outlines() == Outlines.ENTRIES;
  }

  /** Returns whether {@link #late} is needed. */
  public boolean countsLateSpans() {
    return byService;
  }

  /** Returns whether anything is counted. */
  public boolean isOn() {
    return instance.outlines() != Outlines.NONE;
  }

  /**
   * Counts a decided trace.
   *
   * @param calls its entry spans, or its root span; null if there is none
   * @param isFailed whether any span of the trace has an error status
   * @param nanos duration of the trace, for traces without a root span
   */
  public void decided(
      TraceId id, @Nullable EntrySpan calls, boolean isFailed, long nanos, Verdict verdict) {
    EntrySpan counted = calls;
    if (counted == null && !byService) {
      counted = new EntrySpan(Operation.NO_ROOT, 0, Math.max(0, nanos), 0, null);
    }
    add(id, counted, true, isFailed, verdict);
  }

  /**
   * Counts the entry spans that arrived after the verdict of their trace.
   *
   * @param outline outline of these spans
   */
  public void late(TraceId id, TraceOutline outline, Verdict verdict) {
    add(id, outline.entries, true, outline.errors > 0, verdict);
  }

  /**
   * Counts the keep of a trace that was counted when it was dropped.
   *
   * @param pieces all its spans or a part of them
   */
  public void readBack(TraceId id, List<byte[]> pieces, Verdict verdict) {
    if (!isOn()) {
      return;
    }
    ReadBackScan scan = readBack == null ? new ReadBackScan() : readBack;
    readBack = scan;
    TraceOutline outline = byService ? TraceOutline.withEntries() : new TraceOutline();
    pieces.forEach(piece -> scan.add(piece, outline));
    add(id, outline.calls(), false, outline.errors > 0, verdict);
  }

  private void add(
      TraceId id, @Nullable EntrySpan calls, boolean isNew, boolean isFailed, Verdict verdict) {
    for (EntrySpan call = calls; call != null; call = call.next()) {
      pending.add(id, call, isNew, isFailed, verdict);
    }
  }

  /** Makes everything since the last call visible. Called before each commit of the task. */
  public void commit() {
    if (pending.size() > 0) {
      instance.add(pending);
      pending.clear();
    }
  }

  /** Reads spans outside of the scan of the task. */
  private static final class ReadBackScan {
    private final SpanScan spans = new SpanScan();
    private final SpanReader reader = new SpanReader();
    private final OutlineScan outlines = new OutlineScan(spans, reader);

    void add(byte[] piece, TraceOutline into) {
      try {
        spans.scan(piece, null);
        reader.of(spans);
        if (spans.traceCount() > 0) {
          outlines.add(0, into);
        }
      } catch (MalformedOtlpException e) {
        throw new IllegalStateException("spans read back cannot be read", e);
      }
    }
  }
}
