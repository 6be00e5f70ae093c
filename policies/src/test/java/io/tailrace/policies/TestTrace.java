package io.tailrace.policies;

import io.tailrace.policies.policy.TraceFacts;

/** Facts of a trace, as a test sets them. */
final class TestTrace implements TraceFacts {
  long traceIdHigh;
  long traceIdLow = 1;
  int spanCount = 1;
  long bytes = 100;
  long startUnixNanos;
  long endUnixNanos;
  long[] raised = new long[0];
  long[] fingerprints = new long[0];

  static TestTrace ofSpans(int spans) {
    TestTrace trace = new TestTrace();
    trace.spanCount = spans;
    return trace;
  }

  static TestTrace ofBytes(long bytes) {
    TestTrace trace = new TestTrace();
    trace.bytes = bytes;
    return trace;
  }

  static TestTrace ofNanos(long nanos) {
    TestTrace trace = new TestTrace();
    trace.startUnixNanos = 1_700_000_000_000_000_000L;
    trace.endUnixNanos = trace.startUnixNanos + nanos;
    return trace;
  }

  static TestTrace raising(long[] raised) {
    TestTrace trace = new TestTrace();
    trace.raised = raised;
    return trace;
  }

  @Override
  public long traceIdHigh() {
    return traceIdHigh;
  }

  @Override
  public long traceIdLow() {
    return traceIdLow;
  }

  @Override
  public int spanCount() {
    return spanCount;
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public long startUnixNanos() {
    return startUnixNanos;
  }

  @Override
  public long endUnixNanos() {
    return endUnixNanos;
  }

  @Override
  public boolean has(int signal) {
    return (raised[signal >> 6] >>> signal & 1) != 0;
  }

  @Override
  public long fingerprint(int index) {
    return fingerprints[index];
  }
}
