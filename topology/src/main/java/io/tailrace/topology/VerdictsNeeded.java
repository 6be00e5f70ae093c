package io.tailrace.topology;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Since when verdicts are needed after a restart. Those that still hold are, and those on spans
 * that are restored: of traces that were decided while an older one stayed open. Where ingest
 * partitions are read at different speeds, these may have expired long ago by the records' times.
 * Times of decisions never go back, so it is enough to know the latest one as of some offsets. Not
 * thread-safe.
 */
final class VerdictsNeeded {
  private record Mark(long offset, long decidedAt) {}

  private final long retention;
  private final Deque<Mark> marks = new ArrayDeque<>();
  private long before;

  /**
   * @param retention of verdicts, milliseconds
   * @param offset from where on spans are restored
   * @param from since when verdicts were needed at the last commit; negative: all that there are
   */
  VerdictsNeeded(long retention, long offset, long from) {
    this.retention = retention;
    this.before = from;
    marks.add(new Mark(offset, from));
  }

  /** Takes note that what is decided from this offset on is not before this time. */
  void note(long offset, long decidedAt) {
    if (decidedAt > marks.getLast().decidedAt) {
      marks.add(new Mark(offset, decidedAt));
    }
  }

  /**
   * Log time of the first verdict that is needed if spans are restored from this offset on, which
   * never goes back.
   *
   * @param settled up to when verdicts may have expired; negative if that is not known
   */
  long since(long oldestOffset, long settled) {
    Mark first = marks.removeFirst();
    while (!marks.isEmpty() && marks.getFirst().offset <= oldestOffset) {
      first = marks.removeFirst();
    }
    marks.addFirst(first);
    if (settled >= 0) {
      before = Math.min(first.decidedAt, settled - retention);
    }
    return before;
  }
}
