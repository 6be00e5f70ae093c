package io.tailrace.topology.operations;

import org.jspecify.annotations.Nullable;

/** What the outlines of open traces contain. */
public enum Outlines {
  /** There are no outlines. */
  NONE,

  /** The root span. */
  ROOT,

  /** The root span and all entry spans. */
  ENTRIES;

  /** Returns an empty outline; null if there are none. */
  public @Nullable TraceOutline newOutline() {
    return switch (this) {
      case NONE -> null;
      case ROOT -> new TraceOutline();
      case ENTRIES -> TraceOutline.withEntries();
    };
  }
}
