package io.tailrace.topology.streams;

/** Names of the nodes of the topology. */
final class NodeNames {
  static final String SPANS_BY_TRACE_IN = "spans-by-trace-in";
  static final String SAMPLE = "sample";
  static final String EXPORT = "export";
  static final String DECISIONS = "decisions";
  static final String KEEP_RESULTS = "keep-results";
  static final String LINKED_TRACES = "linked-traces";
  static final String SAMPLE_DEAD_LETTERS = "sample-dead-letters";

  /** Names of the nodes that split one ingest topic. */
  record Split(String ingest, String split, String spansByTrace, String deadLetters) {
    /** With several ingest topics, the names end with the name of the topic. */
    static Split of(String topic, int topics) {
      String suffix = topics == 1 ? "" : "-" + topic;
      return new Split(
          "ingest" + suffix,
          "split" + suffix,
          "spans-by-trace-out" + suffix,
          "split-dead-letters" + suffix);
    }
  }

  private NodeNames() {}
}
