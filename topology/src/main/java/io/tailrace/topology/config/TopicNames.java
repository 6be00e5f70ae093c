package io.tailrace.topology.config;

import java.util.Optional;

/** Names of all topics except the ingest topics. docs/topics.md describes their records. */
public record TopicNames(
    String spansByTrace,
    String policies,
    String export,
    String deadLetters,
    Optional<String> decisions) {}
