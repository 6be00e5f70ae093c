package io.tailrace.policies.export;

/** What the attributes that describe a redaction tell. */
enum SummaryLevel {
  SILENT,
  /** Counts. */
  INFO,
  /** Counts and keys. */
  DEBUG
}
