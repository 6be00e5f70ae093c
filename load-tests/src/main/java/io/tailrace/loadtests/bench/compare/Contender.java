package io.tailrace.loadtests.bench.compare;

import io.tailrace.loadtests.bench.flow.Fleet;
import io.tailrace.loadtests.bench.flow.Sample;

/** A tail sampler in processes of its own. Any thread may read its figures. */
interface Contender extends AutoCloseable {
  /**
   * Figures at a point in time. Counts start with the process.
   *
   * @param nanos {@link System#nanoTime}
   * @param spans spans that reached the sampler
   * @param cpuNanos CPU time, with compilation and garbage collection
   * @param rssPeak greatest resident memory in bytes
   * @param openTraces traces not decided yet
   */
  record Reading(long nanos, long spans, long cpuNanos, long rssPeak, long openTraces) {}

  /**
   * Returns the latest figures, or null if there are none yet.
   *
   * @throws IllegalStateException if a process has exited
   */
  Reading latest();

  @Override
  void close();

  /** Returns instances of Tailrace as a contender. */
  static Contender of(Fleet fleet) {
    return new Contender() {
      @Override
      public Reading latest() {
        Sample sample = fleet.latest();
        return sample == null
            ? null
            : new Reading(
                sample.nanos(),
                sample.spans(),
                sample.cpuNanos(),
                sample.rssPeak(),
                sample.openTraces());
      }

      @Override
      public void close() {
        fleet.close();
      }
    };
  }
}
