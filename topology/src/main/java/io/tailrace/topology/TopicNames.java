package io.tailrace.topology;

import java.util.List;
import java.util.Optional;

/** Names of the topics; the README has a table of what is on each. */
record TopicNames(
    List<IngestTopic> ingest,
    String spansByTrace,
    String policies,
    String export,
    String deadLetters,
    Optional<String> decisions) {}
