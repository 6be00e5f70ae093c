package io.tailrace.policies;

import io.tailrace.policies.policy.TraceFacts;

/**
 * View of a trace for a shadow set. Maps indexes of signals and fingerprints of the shadow set to
 * those of the active set.
 */
final class ShadowFacts implements TraceFacts {
  private final ShadowSet set;

  @SuppressWarnings("NullAway.Init") // viewed traces are set one after the other, by of()
  private TraceFacts trace;

  ShadowFacts(ShadowSet set) {
    this.set = set;
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
    return trace.has(set.signals()[signal]);
  }

  @Override
  public long fingerprint(int index) {
    return trace.fingerprint(set.fingerprints()[index]);
  }
}
