package io.tailrace.policies;

/** A trace as a shadow set sees it, whose signals are among those of another set. */
final class ShadowFacts implements TraceFacts {
  private final int[] indexes;
  private TraceFacts trace;

  /**
   * @param indexes for each signal, which one of the other set that is
   */
  ShadowFacts(int[] indexes) {
    this.indexes = indexes;
  }

  /** Shows this trace from now on. */
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
  public boolean has(int signal) {
    return trace.has(indexes[signal]);
  }
}
