package io.tailrace.topology.telemetry;

/** Creates a span for each due round. Thread-safe, never blocks, and never throws. */
public interface RoundSpans {
  /** Reports a finished round. */
  void ended(DueRound round);
}
