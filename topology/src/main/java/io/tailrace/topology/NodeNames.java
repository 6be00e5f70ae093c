package io.tailrace.topology;

/** Names of the topology's nodes. */
final class NodeNames {
  static final String INGEST = "ingest";
  static final String SPLIT = "split";
  static final String SPANS_BY_TRACE_OUT = "spans-by-trace-out";
  static final String SPANS_BY_TRACE_IN = "spans-by-trace-in";
  static final String SAMPLE = "sample";
  static final String EXPORT = "export";
  static final String DECISIONS = "decisions";
  static final String KEEP_RESULTS = "keep-results";
  static final String SPLIT_DEAD_LETTERS = "split-dead-letters";
  static final String SAMPLE_DEAD_LETTERS = "sample-dead-letters";

  private NodeNames() {}
}
