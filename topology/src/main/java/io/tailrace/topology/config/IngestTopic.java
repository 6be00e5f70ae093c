package io.tailrace.topology.config;

import io.tailrace.serdes.Encoding;

/** A topic with spans, and how its records hold them. */
public record IngestTopic(String name, Encoding encoding) {}
