package io.tailrace.topology.streams;

import io.tailrace.topology.sampling.LogClock;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/** Adds the data for a restart to each commit of a task. Not thread-safe. */
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

  /** Adds the data as of this offset, the first that is not processed. */
  void note(long nextOffset) {
    StreamsInternals.commit(context, restart.at(nextOffset));
    isNoted = true;
  }

  /** Adds the data for a commit before the first tick. */
  void noteFirst(long nextOffset) {
    if (!isNoted && clock.hasStarted()) {
      note(nextOffset);
    }
  }
}
