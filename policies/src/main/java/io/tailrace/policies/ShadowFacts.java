package io.tailrace.policies;

/**
 * View of a trace for a shadow set. Maps signal indexes of the shadow set to those of the active
 * set.
 */
final class ShadowFacts implements TraceFacts {
  private final int[] indexes;
  private TraceFacts trace;

  /**
   * @param indexes for each signal of the shadow set, its index in the active set
   */
  ShadowFacts(int[] indexes) {
    this.indexes = indexes;
  }

  /** Sets the viewed trace. */
  ShadowFacts of(TraceFacts next) {
    trace = next;
    return this;
  }

  @Override
  public long traceIdHigh() {
    return trace.traceIdHigh();
  }

  @Override
  public long traceIdLow() {
    return trace.traceIdLow();
  }

  @Override
  public int spanCount() {
    return trace.spanCount();
  }

  @Override
  public long bytes() {
    return trace.bytes();
  }

  @Override
  public long startUnixNanos() {
    return trace.startUnixNanos();
  }

  @Override
  public long endUnixNanos() {
    return trace.endUnixNanos();
  }

  @Override
  public long randomness() {
    return trace.randomness();
  }

  @Override
  public boolean has(int signal) {
    return trace.has(indexes[signal]);
  }
}
