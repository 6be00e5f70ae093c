package io.tailrace.topology;

/** What people want to know of a trace and no policy asks for. Gathered only where it is shown. */
final class TraceOutline {
  /** Name of its root span; null while that has not come. */
  String root;

  /** Spans with an error status. */
  int errors;
}
