package io.tailrace.topology;

import io.tailrace.serdes.Verdict;
import java.nio.ByteBuffer;

/**
 * Verdicts by trace id, each kept for the verdict retention in log time. On disk, so that memory
 * does not grow with them. Not thread-safe.
 */
final class Verdicts {
  private static final int WINDOWS_PER_RETENTION = 2; // each look-up asks one more than this

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

  Verdicts(long retentionMillis, WindowedRocks rocks, Listener listener) {
    this.retention = retentionMillis;
    this.rocks = rocks;
    this.listener = listener;
  }

  void put(long high, long low, Verdict verdict) {
    byte[] value = verdict.encode();
    byte[] ownKey = key(high, low).clone(); // the listener may hold on to it
    store(ownKey, value, verdict.decidedAt());
    listener.changed(ownKey, value, verdict.decidedAt());
  }

  /**
   * The verdict on this trace, or null if there is none, or none that is still kept at this log
   * time.
   */
  Verdict get(long high, long low, long logTime) {
    byte[] value = rocks.get(key(high, low));
    if (value == null) {
      return null;
    }
    Verdict verdict = Verdict.decode(value);
    return verdict.decidedAt() + retention < logTime ? null : verdict;
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
  void restore(byte[] traceId, byte[] verdict, long logTime) {
    if (verdict == null) {
      rocks.delete(traceId);
    } else {
      store(traceId, verdict, logTime);
    }
  }

  private void store(byte[] traceId, byte[] value, long decidedAt) {
    rocks.openIfDue(decidedAt, retention / WINDOWS_PER_RETENTION);
    rocks.put(traceId, value);
  }

  private byte[] key(long high, long low) {
    ByteBuffer.wrap(key).putLong(high).putLong(low);
    return key;
  }
}
