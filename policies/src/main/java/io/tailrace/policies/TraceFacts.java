package io.tailrace.policies;

/**
 * What is known of one trace when it is judged. A caller may hand in the same object for every
 * trace: a judge reads it during {@link Judge#decide} and keeps nothing of it.
 */
public interface TraceFacts {
  /** Bytes 0..7 of the trace id, big-endian. */
  long traceIdHigh();

  /** Bytes 8..15 of the trace id, big-endian. */
  long traceIdLow();

  /** Spans of the trace that came in so far. */
  int spanCount();

  /** Size of the trace as OTLP protobuf, in bytes. */
  long bytes();

  /** Least start of all spans, in nanoseconds since the epoch. */
  long startUnixNanos();

  /** Greatest end of all spans, in nanoseconds since the epoch. */
  long endUnixNanos();

  /**
   * Whether any span of the trace, or the resource of one, raised this signal.
   *
   * @param signal 0..{@link Signals#size}-1, of the policy set that judges
   */
  boolean has(int signal);
}
