package io.tailrace.topology.keep;

import io.tailrace.serdes.TraceId;
import java.util.List;
import java.util.function.Consumer;

/** Reads traces back from the log, on another thread than that of the task. */
public interface KeepSearch {
  /**
   * A part of a search result.
   *
   * @param position position of the verdict of the trace
   * @param pieces span bytes in log order
   * @param spans number of spans
   * @param next first offset after this part
   * @param isLast whether this is the last part
   * @param anySpans whether the log had any spans, exported or not; only in the last part
   * @param isCut whether the log no longer had the first spans; only in the last part
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

  /** Search of a task in one partition. */
  interface Task extends AutoCloseable {
    /** Searches a trace and delivers the result in parts, in order. */
    void submit(WantedTrace trace);

    /** Ends the search. Later results are discarded. */
    @Override
    void close();
  }

  /**
   * Opens a search for a task.
   *
   * @param to receives results on another thread; may block
   */
  Task open(int partition, Consumer<Found> to);
}
