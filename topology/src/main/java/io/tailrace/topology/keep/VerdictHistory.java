package io.tailrace.topology.keep;

import io.tailrace.serdes.Verdict;
import io.tailrace.serdes.VerdictKind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All verdicts on a trace, in order. There are several if the trace was reopened after its verdict
 * expired, or kept by a request. Not thread-safe.
 */
public final class VerdictHistory {
  private final long retention;
  private final List<Verdict> verdicts = new ArrayList<>();

  /**
   * @param retentionMillis retention of verdicts
   */
  VerdictHistory(long retentionMillis) {
    this.retention = retentionMillis;
  }

  /** Adds the next verdict, or an update of the last one. Null revokes the last one. */
  public void add(@Nullable Verdict verdict) {
    if (!verdicts.isEmpty() && (verdict == null || isSame(last(), verdict))) {
      verdicts.remove(verdicts.size() - 1);
    }
    if (verdict != null) {
      verdicts.add(verdict);
    }
  }

  private Verdict last() {
    return verdicts.get(verdicts.size() - 1);
  }

  private static boolean isSame(Verdict one, Verdict other) {
    boolean turned =
        other.kind() == VerdictKind.RECONSIDERED && one.firstOffset() == other.firstOffset();
    return turned || bare(one).equals(bare(other));
  }

  /** Returns a verdict without what later spans change. */
  private static Verdict bare(Verdict verdict) {
    return verdict.notReopened().summarized(null);
  }

  /**
   * Returns whether a span was exported, with its trace or as a late span. The last verdict whose
   * first offset is at or before the span decides, unless the span follows a verdict from before
   * the trace was reopened.
   *
   * @param offset offset of the span's record
   * @param logTime log time of that record
   */
  boolean wasExported(long offset, long logTime) {
    for (int i = verdicts.size() - 1; i >= 0; i--) {
      Verdict verdict = verdicts.get(i);
      boolean followsFormer =
          i > 0 && isReopenedBy(i - 1, offset) && covers(verdicts.get(i - 1), offset, logTime);
      if (verdict.firstOffset() <= offset && !followsFormer) {
        return verdict.kept() && covers(verdict, offset, logTime);
      }
    }
    return false;
  }

  private boolean isReopenedBy(int index, long offset) {
    return verdicts.get(index).reopenedAt() <= offset;
  }

  private boolean covers(Verdict verdict, long offset, long logTime) {
    return verdict.covers(offset, logTime, retention);
  }
}
