package io.tailrace.topology.streams;

import io.tailrace.topology.sampling.LogClock;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/** Notes with each commit of a task what a later restart needs. Not thread-safe. */
final class RestartCommits {
  private final Restart restart;
  private final LogClock clock;
  private final ProcessorContext<byte[], byte[]> context;
  private boolean isNoted;

  RestartCommits(Restart restart, LogClock clock, ProcessorContext<byte[], byte[]> context) {
    this.restart = restart;
    this.clock = clock;
    this.context = context;
  }

  /** Notes it as of this offset, the next that is not taken in. */
  void note(long nextOffset) {
    StreamsInternals.commit(context, restart.at(nextOffset));
    isNoted = true;
  }

  /** A commit may come before the first tick. */
  void noteFirst(long nextOffset) {
    if (!isNoted && clock.hasStarted()) {
      note(nextOffset);
    }
  }
}
