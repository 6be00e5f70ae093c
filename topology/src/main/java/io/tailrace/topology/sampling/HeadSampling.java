package io.tailrace.topology.sampling;

import io.tailrace.serdes.TraceStateReader;

/** Sampling values written by head samplers into the trace states of a trace's spans. */
final class HeadSampling {
  /** The first {@code rv} in log order, or {@link TraceStateReader#NONE}. */
  long randomness = TraceStateReader.NONE;

  /** The least {@code th}, or {@link TraceStateReader#NONE}. */
  long threshold = TraceStateReader.NONE;

  void add(TraceStateReader span) {
    if (randomness == TraceStateReader.NONE) {
      randomness = span.randomness();
    }
    long other = span.threshold();
    if (other != TraceStateReader.NONE
        && (threshold == TraceStateReader.NONE || other < threshold)) {
      threshold = other;
    }
  }
}
