package io.tailrace.topology.operations;

import org.jspecify.annotations.Nullable;

/** What is gathered of open traces for the counts of operations and for display. */
public enum Outlines {
  /** Nothing. */
  NONE,

  /** The root span as a call of its operation, in the summary itself. */
  ROOT_CALL,

  /** An outline with the root span. */
  ROOT,

  /** An outline with the root span and all entry spans. */
  ENTRIES;

  /** Returns an empty outline; null if there are none. */
  public @Nullable TraceOutline newOutline() {
    return switch (this) {
      case NONE, ROOT_CALL -> null;
      case ROOT -> new TraceOutline();
      case ENTRIES -> TraceOutline.withEntries();
    };
  }
}
