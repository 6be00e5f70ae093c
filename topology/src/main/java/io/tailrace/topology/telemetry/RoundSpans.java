package io.tailrace.topology.telemetry;

/** Makes a span of each due round. Thread-safe, waits for nothing, and never throws. */
public interface RoundSpans {
  /** It is over. */
  void ended(DueRound round);
}
