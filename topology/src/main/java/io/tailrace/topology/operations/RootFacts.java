package io.tailrace.topology.operations;

/** Receives what a trace's spans tell of its operation: its first root span, and errors. */
public interface RootFacts {
  /** Returns whether a root span was set. */
  boolean hasRootCall();

  /**
   * Sets the root span.
   *
   * @param status wire value; 0 unset, 1 OK, 2 error
   * @param nanos duration
   * @param spanId big-endian; 0 if unknown
   */
  void setRootCall(Operation operation, int status, long nanos, long spanId);

  /** Counts a span with an error status. */
  void addError();
}
