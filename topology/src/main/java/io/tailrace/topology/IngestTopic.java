package io.tailrace.topology;

import io.tailrace.serdes.Encoding;

/** A topic with spans, and how its records hold them. */
record IngestTopic(String name, Encoding encoding) {}
