package io.tailrace.topology.sampling;

import io.tailrace.serdes.Verdict;

/**
 * Hears what the due rounds of a task do, beside what becomes of the traces. Not thread-safe: each
 * task has its own.
 */
public interface RoundSink {
  /** Listens to nothing. */
  RoundSink NONE = new Ignoring();

  /** A trace was decided, in a round or before it is due. */
  void decided(OpenTrace trace, Verdict verdict);

  /** The one decided last was not due. */
  void decidedEarly();

  /**
   * One or several traces were decided, one after the other.
   *
   * @param began when, by {@link System#nanoTime}
   * @param cutShort whether the time of the round was used up; the next carries on
   */
  void ended(long began, boolean cutShort);

  /**
   * A tick of the task is over, or the task itself.
   *
   * @param logTime up to which traces are due
   * @param position the first offset that is not taken in yet
   * @param overdueMillis how long the oldest trace that is still to be decided has been due
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
