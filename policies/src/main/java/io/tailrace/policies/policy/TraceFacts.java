package io.tailrace.policies.policy;

import io.tailrace.policies.fingerprint.KeyedTrace;
import io.tailrace.policies.signals.Signals;

/**
 * Properties of one trace for {@code Judge.decide}. The caller may reuse one object for every
 * trace: a judge reads it only during the call.
 */
public interface TraceFacts extends KeyedTrace {
  /** Returns bytes 0..7 of the trace ID, big-endian. */
  long traceIdHigh();

  /** Returns bytes 8..15 of the trace ID, big-endian. */
  long traceIdLow();

  /**
   * Returns the randomness of the trace, 0 to 2^56 - 1: the {@code rv} of its spans, or else the
   * low 56 bits of its ID. Source: OpenTelemetry specification, "TraceState: Probability Sampling".
   */
  default long randomness() {
    return traceIdLow() & (Votes.NEVER - 1);
  }

  /** Returns the number of spans received so far. */
  int spanCount();

  /** Returns the size of the trace as OTLP protobuf, in bytes. */
  long bytes();

  /** Returns the earliest start of all spans, in nanoseconds since the epoch. */
  long startUnixNanos();

  /** Returns the latest end of all spans, in nanoseconds since the epoch. */
  long endUnixNanos();

  /**
   * Returns whether a span of the trace, or its resource, raised the signal.
   *
   * @param signal index in the {@link Signals} of the policy set, 0..{@link Signals#size}-1
   */
  boolean has(int signal);
}
