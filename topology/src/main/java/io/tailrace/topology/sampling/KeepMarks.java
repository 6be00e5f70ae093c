package io.tailrace.topology.sampling;

import io.tailrace.serdes.VerdictKind;
import org.jspecify.annotations.Nullable;

/** Traces that are not decided yet and have a keep request. */
public interface KeepMarks {
  KeepMarks NONE = (high, low, firstSeen) -> null;

  /**
   * Removes the mark of a trace that is being decided.
   *
   * @param firstSeen log time of its first span
   * @return {@link VerdictKind#KEPT_WHEN_DUE} or {@link VerdictKind#LINKED}; null if it had none
   */
  @Nullable VerdictKind take(long high, long low, long firstSeen);
}
