package io.tailrace.topology.config;

import io.tailrace.serdes.Encoding;

/** A topic with spans and the encoding of its records. */
public record IngestTopic(String name, Encoding encoding) {}
