package io.tailrace.topology.sampling;

import org.jspecify.annotations.Nullable;

/** Facts of a trace for display, which no policy needs. Gathered only where they are displayed. */
public final class TraceOutline {
  /** Name of the root span; null until it arrives. */
  public @Nullable String root;

  /** {@code service.name} of the root span; null until it arrives or if absent. */
  public @Nullable String service;

  /** Spans with an error status. */
  int errors;
}
