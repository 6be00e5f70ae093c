package io.tailrace.topology.keep;

import io.tailrace.serdes.TraceId;
import java.util.List;
import java.util.function.Consumer;

/** Reads traces back from the log, on another thread than the task's. */
public interface KeepSearch {
  /**
   * A part of what was searched for.
   *
   * @param position of the wanted trace's verdict
   * @param pieces spans as they came, in their order
   * @param spans how many
   * @param next the first offset that this part does not reach
   * @param isLast whether there is no further part
   * @param anySpans whether the log had any, exported before or not; of the last part only
   * @param isCut whether the log did not have the trace's first spans; of the last part only
   */
  record Found(
      TraceId id,
      long position,
      List<byte[]> pieces,
      int spans,
      long next,
      boolean isLast,
      boolean anySpans,
      boolean isCut) {}

  /** A task's search, of one partition. */
  interface Task extends AutoCloseable {
    /** Looks for a trace; what is found is handed over part by part, in order. */
    void submit(WantedTrace trace);

    /** Ends it: nothing is handed over from then on, or to nobody. */
    @Override
    void close();
  }

  /**
   * Lets a task search.
   *
   * @param to called on another thread, which it may hold up
   */
  Task open(int partition, Consumer<Found> to);
}
