package io.tailrace.topology;

/** What people want to know of a trace and no policy asks for. Gathered only where it is shown. */
final class TraceOutline {
  /** Name of its root span; null while that has not come. */
  String root;

  /** The {@code service.name} of that span; null as well, or if there is none. */
  String service;

  /** Spans with an error status. */
  int errors;
}
