package io.tailrace.topology.simulate;

import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.SpanScan;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Assigns log times to recorded records: the latest end among their spans. Holds a record more than
 * an hour ahead of its predecessors until the next records arrive. If they are as far ahead,
 * nothing was recorded in between. If one of them continues at the earlier time, the time of the
 * held record is from a broken clock, and the record gets the log time of its neighbours. Not
 * thread-safe.
 */
final class RecordedTimes {
  /** Milliseconds that log time may jump ahead without confirmation by a second record. */
  static final long MAX_JUMP = TimeUnit.HOURS.toMillis(1);

  /** Maximum number of held records. So many records ahead are accepted as correct. */
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

  /** Receives each record with its log time. */
  interface Sink {
    void record(byte[] tracesData, long time);
  }

  private record Held(byte[] tracesData, long latestEnd) {}

  RecordedTimes(Sink sink) {
    this.sink = sink;
  }

  /**
   * Processes the next record.
   *
   * @throws MalformedOtlpException if it is not OTLP; the state is unchanged then
   */
  void take(byte[] tracesData) throws MalformedOtlpException {
    scan.scanReceived(tracesData, null);
    held.add(new Held(tracesData, latestEnd(Long.MAX_VALUE)));
    heldBytes += tracesData.length;
    settle(false);
  }

  /** Passes on all held records. */
  void finish() {
    settle(true);
  }

  /** Number of spans that end more than an hour after the log time of their record. */
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

  /** Whether all held records are ahead because of a gap in the recording. */
  private boolean isGap(boolean atEnd) {
    return held.size() >= MAX_HELD || heldBytes >= MAX_HELD_BYTES || (atEnd && held.size() > 1);
  }

  /** Passes on the record at this index, after the earlier ones, whose times it proves wrong. */
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
