package io.tailrace.topology.console;

import io.tailrace.serdes.TraceId;
import io.tailrace.topology.config.Settings;
import io.tailrace.topology.config.TailraceConfig;
import io.tailrace.topology.explain.LoggedTrace;
import io.tailrace.topology.explain.TraceInquiry;
import io.tailrace.topology.keep.AskedTrace;
import io.tailrace.topology.keep.KeepClient;
import io.tailrace.topology.sampling.TraceAnswer;
import io.tailrace.topology.simulate.FleetView;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Trace functions of the console, like {@code explain}. Thread-safe. */
public final class ConsoleTraces {
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final long MAX_BYTES_PER_SECOND = 32 << 20;

  /** Below the time that the page waits; the request stays longer. */
  private static final Duration LONGEST_KEEP = Duration.ofSeconds(20);

  private final Semaphore keeping = new Semaphore(1);
  private final TailraceConfig config;
  private final String self;

  /**
   * @param self address to query first; it redirects to the owner
   */
  public ConsoleTraces(TailraceConfig config, String self) {
    this.config = config;
    this.self = self;
  }

  /**
   * An answer with notes that qualify it.
   *
   * @param answer null if no instance is reachable
   */
  record Told(@Nullable TraceAnswer answer, List<String> notes) {}

  /** Queries the instances, including the spans of an open trace. */
  Told ask(TraceId trace) {
    List<String> notes = new ArrayList<>();
    TraceAnswer answer =
        new TraceInquiry(config.get(Settings.ADMIN_TOKEN), true, PAUSE, notes::add)
            .ask(trace, List.of(self));
    return new Told(answer, notes);
  }

  /**
   * Answer to a keep request.
   *
   * @param isKept whether the trace is kept, now or when it is due
   * @param told sentence about the outcome
   */
  record Kept(boolean isKept, String told) {}

  /**
   * Requests that a trace is kept, like {@code tailrace keep}, and waits for the answer.
   *
   * @param by author and comment
   * @throws ConsoleFault if another request waits here
   */
  Kept keep(TraceId trace, PublishRequest.Author by) {
    if (!keeping.tryAcquire()) {
      throw new ConsoleFault(409, "this instance waits for another keep request: try again later");
    }
    try (KeepClient client = new KeepClient(config)) {
      AskedTrace asked = client.keep(List.of(trace), by.name(), by.comment(), LONGEST_KEEP).get(0);
      return new Kept(asked.isKept(), asked.told());
    } finally {
      keeping.release();
    }
  }

  /** Queries the instances and adds spans and votes of a decided trace from the log. */
  Told search(TraceId trace, Duration since, PrintWriter progress) throws IOException {
    Told told = ask(trace);
    List<String> notes = new ArrayList<>(told.notes);
    TraceAnswer known = told.answer == null ? TraceAnswer.unknown(trace.toHex()) : told.answer;
    if (known.state() == TraceAnswer.State.open) {
      return told;
    }
    progress.println("reading the log");
    Instant now = Instant.now();
    TraceAnswer answer =
        new LoggedTrace(FleetView.of(config), notes::add)
            .addTo(known, trace, now.minus(since), now, MAX_BYTES_PER_SECOND, true);
    return new Told(answer, notes);
  }
}
