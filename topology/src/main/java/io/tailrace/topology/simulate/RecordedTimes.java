package io.tailrace.topology.simulate;

import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.SpanScan;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Gives recorded records their log time: the latest end among their spans. A record whose time is
 * more than an hour ahead of those before it waits for the next ones. If they are as far ahead,
 * nothing was recorded in between. If one of them goes on where the others were, the time is that
 * of a broken clock, and the record has the log time of its neighbours. Not thread-safe.
 */
final class RecordedTimes {
  /** Milliseconds that log time may jump ahead without a second record that agrees. */
  static final long MAX_JUMP = TimeUnit.HOURS.toMillis(1);

  /** Many records that are ahead are right, and these are as many as are held. */
  static final int MAX_HELD = 100;

  private static final long MAX_HELD_BYTES = 64 << 20;
  private static final long NANOS_IN_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  private final Sink sink;
  private final SpanScan scan = new SpanScan();
  private final List<Held> held = new ArrayList<>();
  private long heldBytes;
  private boolean started;
  private long now;
  private long spansAhead;

  /** Gets each record with its log time. */
  interface Sink {
    void record(byte[] tracesData, long time);
  }

  private record Held(byte[] tracesData, long latestEnd) {}

  RecordedTimes(Sink sink) {
    this.sink = sink;
  }

  /**
   * Takes the next record.
   *
   * @throws MalformedOtlpException if it is no OTLP; nothing has changed then
   */
  void take(byte[] tracesData) throws MalformedOtlpException {
    scan.scanReceived(tracesData, null);
    held.add(new Held(tracesData, latestEnd(Long.MAX_VALUE)));
    heldBytes += tracesData.length;
    settle(false);
  }

  /** Hands on what waits for a next record. */
  void finish() {
    settle(true);
  }

  /** Spans that end more than an hour after the log time of their record. */
  long spansAhead() {
    return spansAhead;
  }

  private void settle(boolean atEnd) {
    while (!held.isEmpty()) {
      if (!started && held.size() < 2 && !atEnd) {
        return;
      }
      int fitting = started ? firstFitting() : -1;
      if (fitting >= 0) {
        handOn(fitting);
      } else if (!started || isGap(atEnd)) {
        now = held.stream().mapToLong(Held::latestEnd).min().orElseThrow();
        started = true;
      } else if (atEnd) {
        handOnAhead(held.remove(0));
      } else {
        return;
      }
    }
    heldBytes = 0;
  }

  private int firstFitting() {
    for (int i = 0; i < held.size(); i++) {
      if (held.get(i).latestEnd <= now + MAX_JUMP) {
        return i;
      }
    }
    return -1;
  }

  /** Whether all that is held is ahead because nothing was recorded for a while. */
  private boolean isGap(boolean atEnd) {
    return held.size() >= MAX_HELD || heldBytes >= MAX_HELD_BYTES || (atEnd && held.size() > 1);
  }

  /** Hands on the record at this place, after those before it, which it shows to be wrong. */
  private void handOn(int fitting) {
    for (int i = 0; i < fitting; i++) {
      handOnAhead(held.get(i));
    }
    Held record = held.get(fitting);
    now = Math.max(now, record.latestEnd);
    sink.record(record.tracesData, record.latestEnd);
    held.subList(0, fitting + 1).clear();
  }

  private void handOnAhead(Held record) {
    try {
      scan.scan(record.tracesData, null);
    } catch (MalformedOtlpException e) {
      throw new IllegalStateException("a record that was OTLP when it was taken", e);
    }
    long limit = now + MAX_JUMP;
    for (int span = 0; span < scan.spanCount(); span++) {
      spansAhead += endMillis(span) > limit ? 1 : 0;
    }
    sink.record(record.tracesData, Math.max(now, latestEnd(limit)));
  }

  private long latestEnd(long limit) {
    long latest = 0;
    for (int span = 0; span < scan.spanCount(); span++) {
      long end = endMillis(span);
      latest = end <= limit ? Math.max(latest, end) : latest;
    }
    return latest;
  }

  private long endMillis(int span) {
    return Long.divideUnsigned(scan.endUnixNanos(span), NANOS_IN_MILLI);
  }
}
