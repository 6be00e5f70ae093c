package io.tailrace.topology.config;

import java.util.Locale;

/** How the spans of a trace reach one partition. */
public enum IngestMode {
  /** Splitters cut the records of the ingest topics by trace id, and shuffle them. */
  UNKEYED,

  /** Producers key their records by trace id: the ingest topic itself is sampled. */
  KEYED;

  /** As the setting has it. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
