package io.tailrace.topology.config;

import java.util.Optional;

/** Names of the topics beside those of ingest; the README has a table of what is on each. */
public record TopicNames(
    String spansByTrace,
    String policies,
    String export,
    String deadLetters,
    Optional<String> decisions) {}
