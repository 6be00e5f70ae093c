package io.tailrace.topology.sampling;

import io.tailrace.serdes.Verdict;
import io.tailrace.serdes.VerdictKind;
import io.tailrace.topology.buffer.VerdictRows;
import org.jspecify.annotations.Nullable;

/**
 * Verdicts by trace id, each kept for the verdict retention in log time. Stored on disk to bound
 * memory. Not thread-safe.
 */
public final class Verdicts {
  private static final int WINDOWS_PER_RETENTION = 2; // each lookup reads one more than this

  /** Listener to all changes. */
  public interface Listener {
    /**
     * Receives a change.
     *
     * @param verdict encoded; null if removed
     */
    void changed(long high, long low, byte @Nullable [] verdict, long logTime);
  }

  private final long retention;
  private final long madeAgainFrom;
  private final VerdictRows rows;
  private final Listener listener;
  private long latestDecision = Long.MIN_VALUE;

  /**
   * @param madeAgainFrom offset from which the source partition is processed again although later
   *     changes are restored; {@link Verdict#NEVER} if only earlier changes are restored
   */
  public Verdicts(long retentionMillis, long madeAgainFrom, VerdictRows rows, Listener listener) {
    this.retention = retentionMillis;
    this.madeAgainFrom = madeAgainFrom;
    this.rows = rows;
    this.listener = listener;
  }

  public void put(long high, long low, Verdict verdict) {
    byte[] value = verdict.encode();
    store(high, low, verdict, value);
    listener.changed(high, low, value, verdict.decidedAt());
  }

  /**
   * Returns the verdict on this trace, or null if there is none or it has expired at this log time.
   */
  public @Nullable Verdict get(long high, long low, long logTime) {
    Verdict last = last(high, low);
    return last != null && holds(last, logTime) ? last : null;
  }

  /**
   * Returns the last verdict on this trace, even if it has expired; null if there is none or it is
   * no longer stored. Check it with {@link #holds}.
   */
  public @Nullable Verdict last(long high, long low) {
    byte[] value = rows.get(high, low);
    return value == null ? null : Verdict.decode(value);
  }

  /** Whether spans of this log time follow the verdict. */
  boolean holds(Verdict last, long logTime) {
    return last.endedAt() == Verdict.NEVER && logTime <= expiry(last);
  }

  /** Log time of the last spans that follow it. */
  public long expiry(Verdict verdict) {
    return verdict.decidedAt() + retention;
  }

  /**
   * Records that a trace is open again. A restart reads its spans and the verdict once more, and
   * must distinguish spans that followed the verdict from open ones.
   *
   * @param offset offset of the record that reopens it
   * @param ends whether all its spans from there on are open; otherwise only spans after the expiry
   *     of the verdict
   * @param settled time up to which all records are read; the record is restored while it is needed
   * @return the verdict with the record
   */
  public Verdict reopened(
      long high, long low, Verdict last, long offset, boolean ends, long settled) {
    Verdict noted = last.reopened(offset, ends);
    byte[] value = noted.encode();
    store(high, low, noted, value);
    listener.changed(high, low, value, Math.max(settled, last.decidedAt()));
    return noted;
  }

  /**
   * Log time of the latest restored decision by policies; {@link Long#MIN_VALUE} if there is none.
   * Excludes manual keeps, whose time may be ahead of due traces that are not decided yet.
   */
  public long latestDecision() {
    return latestDecision;
  }

  /** Time for which late spans follow a verdict, milliseconds of log time. */
  public long retention() {
    return retention;
  }

  /** Removes a verdict. */
  public void forget(long high, long low, long logTime) {
    rows.delete(high, low);
    listener.changed(high, low, null, logTime);
  }

  public void dropExpired(long logTime) {
    rows.dropClosedBefore(logTime - retention);
  }

  /**
   * Applies a change that the listener received before a restart, unless it is made again. A
   * decision that is made again must not count as the latest: others would be made at its time,
   * with other spans in time.
   */
  public void restore(long high, long low, byte @Nullable [] encoded) {
    if (encoded == null) {
      rows.delete(high, low);
      return;
    }
    Verdict verdict = Verdict.decode(encoded);
    if (isMadeAgain(high, low, verdict)) {
      return;
    }
    // At the offset itself, a decision is made again if its trace is restored.
    if (verdict.kind() == VerdictKind.DECIDED && verdict.position() != madeAgainFrom) {
      latestDecision = Math.max(latestDecision, verdict.decidedAt());
    }
    if (verdict.isReopened() && verdict.reopenedAt() >= madeAgainFrom) {
      Verdict before = verdict.notReopened();
      store(high, low, before, before.encode());
    } else {
      store(high, low, verdict, encoded);
    }
  }

  /** Whether spans from the offset on lead to this verdict again. Those on request do not. */
  private boolean isMadeAgain(long high, long low, Verdict verdict) {
    return switch (verdict.kind()) {
      case DECIDED -> verdict.position() > madeAgainFrom;
      case RECONSIDERED ->
          verdict.position() > madeAgainFrom
              || (verdict.position() == madeAgainFrom && !isDecidedAt(madeAgainFrom, high, low));
      default -> false;
    };
  }

  /** Whether late spans can have turned the verdict at the decision, not by their own record. */
  private boolean isDecidedAt(long position, long high, long low) {
    Verdict former = last(high, low);
    return former != null && former.position() == position;
  }

  private void store(long high, long low, Verdict verdict, byte[] encoded) {
    rows.openIfDue(verdict.decidedAt(), retention / WINDOWS_PER_RETENTION);
    rows.put(high, low, encoded);
  }
}
