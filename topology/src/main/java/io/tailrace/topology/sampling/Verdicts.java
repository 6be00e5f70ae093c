package io.tailrace.topology.sampling;

import io.tailrace.serdes.Verdict;
import io.tailrace.serdes.VerdictKind;
import io.tailrace.topology.buffer.WindowedRocks;
import java.nio.ByteBuffer;

/**
 * Verdicts by trace id, each kept for the verdict retention in log time. On disk, so that memory
 * does not grow with them. Not thread-safe.
 */
public final class Verdicts {
  private static final int WINDOWS_PER_RETENTION = 2; // each look-up asks one more than this

  /** Hears of every change. */
  public interface Listener {
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

  public Verdicts(long retentionMillis, WindowedRocks rocks, Listener listener) {
    this.retention = retentionMillis;
    this.rocks = rocks;
    this.listener = listener;
  }

  public void put(long high, long low, Verdict verdict) {
    byte[] value = verdict.encode();
    byte[] ownKey = key(high, low).clone(); // the listener may hold on to it
    store(ownKey, verdict, value);
    listener.changed(ownKey, value, verdict.decidedAt());
  }

  /**
   * The verdict on this trace, or null if there is none, or none that is still kept at this log
   * time.
   */
  public Verdict get(long high, long low, long logTime) {
    Verdict last = last(high, low);
    return last != null && holds(last, logTime) ? last : null;
  }

  /**
   * The last verdict on this trace, expired or not; null if there is none, or it is long gone. To
   * be judged by {@link #holds}.
   */
  public Verdict last(long high, long low) {
    byte[] value = rocks.get(key(high, low));
    return value == null ? null : Verdict.decode(value);
  }

  /** Whether spans of this log time follow it. */
  boolean holds(Verdict last, long logTime) {
    return last.endedAt() == Verdict.NEVER && logTime <= expiry(last);
  }

  /** Log time of the last spans that follow it. */
  public long expiry(Verdict verdict) {
    return verdict.decidedAt() + retention;
  }

  /**
   * Notes that a trace is open again. A restart reads its spans and the verdict once more, and must
   * tell those that have followed it from those that are open.
   *
   * @param offset of the record that opens it
   * @param ends whether all its spans are open from there on; else those that the verdict expires
   *     before
   * @param settled up to when all records have come; the note is restored as long as it is needed
   */
  public void reopened(long high, long low, Verdict last, long offset, boolean ends, long settled) {
    Verdict noted = last.reopened(offset, ends);
    byte[] value = noted.encode();
    byte[] ownKey = key(high, low).clone();
    store(ownKey, noted, value);
    listener.changed(ownKey, value, Math.max(settled, last.decidedAt()));
  }

  /** Takes back that the trace is open again. */
  public void notReopened(long high, long low, Verdict last) {
    put(high, low, last.notReopened());
  }

  /**
   * Log time of the latest decision by policies so far, restored ones included; {@link
   * Long#MIN_VALUE} if there is none. What is kept by hand has a time of its own, which may be
   * ahead of traces that are due and not decided yet.
   */
  public long latestDecision() {
    return latestDecision;
  }

  /** How long late spans follow a verdict, milliseconds of log time. */
  public long retention() {
    return retention;
  }

  /** Takes a verdict back. */
  public void forget(long high, long low, long logTime) {
    byte[] ownKey = key(high, low).clone();
    rocks.delete(ownKey);
    listener.changed(ownKey, null, logTime);
  }

  public void dropExpired(long logTime) {
    rocks.dropClosedBefore(logTime - retention);
  }

  /** Repeats a change that the listener heard of in an earlier life. */
  public void restore(byte[] traceId, byte[] verdict) {
    if (verdict == null) {
      rocks.delete(traceId);
    } else {
      store(traceId, Verdict.decode(verdict), verdict);
    }
  }

  private void store(byte[] traceId, Verdict verdict, byte[] encoded) {
    long decidedAt = verdict.decidedAt();
    if (verdict.kind() == VerdictKind.DECIDED) {
      latestDecision = Math.max(latestDecision, decidedAt);
    }
    rocks.openIfDue(decidedAt, retention / WINDOWS_PER_RETENTION);
    rocks.put(traceId, encoded);
  }

  private byte[] key(long high, long low) {
    ByteBuffer.wrap(key).putLong(high).putLong(low);
    return key;
  }
}
