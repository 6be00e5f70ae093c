package io.tailrace.topology.kafka;

/** What an instance may do with the topics of keep requests. */
public enum KeepAccess {
  /** The topics cannot be used. */
  NONE,
  /** Requests are served, but those of links cannot be written. */
  SERVE,
  SERVE_AND_REQUEST
}
