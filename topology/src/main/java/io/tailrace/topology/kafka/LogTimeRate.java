package io.tailrace.topology.kafka;

import java.util.concurrent.TimeUnit;

/** Limits a number of events in each second of log time. Not thread-safe. */
public final class LogTimeRate {
  private final int perSecond;
  private long second = Long.MIN_VALUE;
  private int inSecond;

  /**
   * @param perSecond maximum number of events in a second
   */
  public LogTimeRate(int perSecond) {
    this.perSecond = perSecond;
  }

  /**
   * Returns whether the second has room for another event. An earlier second than the latest counts
   * as the latest, as log times can interleave.
   */
  public boolean hasRoom(long logTime) {
    long now = Math.floorDiv(logTime, TimeUnit.SECONDS.toMillis(1));
    if (now > second) {
      second = now;
      inSecond = 0;
    }
    return inSecond < perSecond;
  }

  /** Counts an event in the second of the last {@link #hasRoom}. */
  public void count() {
    inSecond++;
  }
}
