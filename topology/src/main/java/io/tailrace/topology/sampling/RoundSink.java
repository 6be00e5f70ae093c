package io.tailrace.topology.sampling;

import io.tailrace.serdes.Verdict;

/**
 * Listener to the due rounds of a task; {@link Outcomes} covers the traces. Each task has its own.
 * Not thread-safe.
 */
public interface RoundSink {
  /** Ignores all events. */
  RoundSink NONE = new Ignoring();

  /** A trace was decided, in a round or before its due time. */
  void decided(OpenTrace trace, Verdict verdict);

  /** The last decided trace was not due. */
  void decidedEarly();

  /**
   * One or several traces were decided in sequence.
   *
   * @param began start, by {@link System#nanoTime}
   * @param cutShort whether the time of the round was used up; the next round continues
   */
  void ended(long began, boolean cutShort);

  /**
   * A tick of the task, or the task itself, has ended.
   *
   * @param logTime time up to which traces are due
   * @param position first offset not processed yet
   * @param overdueMillis time since the due time of the oldest undecided trace
   */
  void tick(long logTime, long position, long overdueMillis);

  /** Costs nothing. */
  final class Ignoring implements RoundSink {
    private Ignoring() {}

    @Override
    public void decided(OpenTrace trace, Verdict verdict) {}

    @Override
    public void decidedEarly() {}

    @Override
    public void ended(long began, boolean cutShort) {}

    @Override
    public void tick(long logTime, long position, long overdueMillis) {}
  }
}
