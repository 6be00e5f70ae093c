package io.tailrace.topology.sampling;

/** What people want to know of a trace and no policy asks for. Gathered only where it is shown. */
public final class TraceOutline {
  /** Name of its root span; null while that has not come. */
  public String root;

  /** The {@code service.name} of that span; null as well, or if there is none. */
  public String service;

  /** Spans with an error status. */
  int errors;
}
