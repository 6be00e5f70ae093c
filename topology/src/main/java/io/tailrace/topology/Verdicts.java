package io.tailrace.topology;

import io.tailrace.serdes.Verdict;
import java.nio.ByteBuffer;

/**
 * Verdicts by trace id, each kept for the verdict retention in log time. On disk, so that memory
 * does not grow with them. Not thread-safe.
 */
final class Verdicts {
  private static final int WINDOWS_PER_RETENTION = 2; // each look-up asks one more than this

  /** Stands for the policy in what is no verdict, but says that there is none any more. */
  private static final String OPEN_AGAIN = "(open again)";

  /** Hears of every change. */
  interface Listener {
    /**
     * A change.
     *
     * @param traceId 16 bytes, not to be altered
     * @param verdict encoded; null: taken back
     */
    void changed(byte[] traceId, byte[] verdict, long logTime);
  }

  private final long retention;
  private final WindowedRocks rocks;
  private final Listener listener;
  private final byte[] key = new byte[16];
  private long latestDecision = Long.MIN_VALUE;

  Verdicts(long retentionMillis, WindowedRocks rocks, Listener listener) {
    this.retention = retentionMillis;
    this.rocks = rocks;
    this.listener = listener;
  }

  void put(long high, long low, Verdict verdict) {
    byte[] value = verdict.encode();
    byte[] ownKey = key(high, low).clone(); // the listener may hold on to it
    store(ownKey, verdict, value);
    listener.changed(ownKey, value, verdict.decidedAt());
  }

  /**
   * The verdict on this trace, or null if there is none, or none that is still kept at this log
   * time.
   */
  Verdict get(long high, long low, long logTime) {
    Verdict last = last(high, low);
    return last != null && holds(last, logTime) ? last : null;
  }

  /**
   * What was noted last of this trace, expired or not; null if nothing was, or it is long gone. To
   * be judged by {@link #holds} or {@link #isOpenAgain}.
   */
  Verdict last(long high, long low) {
    byte[] value = rocks.get(key(high, low));
    return value == null ? null : Verdict.decode(value);
  }

  /** Whether late spans follow it at this log time. */
  boolean holds(Verdict last, long logTime) {
    return !isOpenAgain(last) && last.decidedAt() + retention >= logTime;
  }

  /** Whether it only says that the trace was opened again, at its first offset. */
  static boolean isOpenAgain(Verdict last) {
    return last.policy().equals(OPEN_AGAIN);
  }

  /**
   * Notes that a trace whose verdict has expired is open again. A restart reads its spans and the
   * verdict again, and could not tell by the time whether they came when that still held: ingest
   * partitions are read at different speeds.
   *
   * @param offset of the record that opens it
   */
  void openedAgain(long high, long low, Verdict expired, long logTime, long offset) {
    put(
        high,
        low,
        new Verdict(false, OPEN_AGAIN, expired.policyVersion(), logTime, offset, offset));
  }

  /**
   * Log time of the latest decision by policies so far, restored ones included; {@link
   * Long#MIN_VALUE} if there is none. What people keep, and what is open again, has the time of its
   * own, which may be ahead of traces that are due and not decided yet.
   */
  long latestDecision() {
    return latestDecision;
  }

  /** How long late spans follow a verdict, milliseconds of log time. */
  long retention() {
    return retention;
  }

  /** Takes a verdict back. */
  void forget(long high, long low, long logTime) {
    byte[] ownKey = key(high, low).clone();
    rocks.delete(ownKey);
    listener.changed(ownKey, null, logTime);
  }

  void dropExpired(long logTime) {
    rocks.dropClosedBefore(logTime - retention);
  }

  /** Repeats a change that the listener heard of in an earlier life. */
  void restore(byte[] traceId, byte[] verdict) {
    if (verdict == null) {
      rocks.delete(traceId);
    } else {
      store(traceId, Verdict.decode(verdict), verdict);
    }
  }

  private void store(byte[] traceId, Verdict verdict, byte[] encoded) {
    long decidedAt = verdict.decidedAt();
    if (isDecision(verdict)) {
      latestDecision = Math.max(latestDecision, decidedAt);
    }
    rocks.openIfDue(decidedAt, retention / WINDOWS_PER_RETENTION);
    rocks.put(traceId, encoded);
  }

  private static boolean isDecision(Verdict verdict) {
    String policy = verdict.policy();
    return !isOpenAgain(verdict)
        && !policy.equals(DueRounds.BY_HAND)
        && !policy.equals(DueRounds.BY_HAND_UNSEEN);
  }

  private byte[] key(long high, long low) {
    ByteBuffer.wrap(key).putLong(high).putLong(low);
    return key;
  }
}
