package io.tailrace.topology;

import io.tailrace.serdes.Verdict;
import java.util.ArrayList;
import java.util.List;

/**
 * All verdicts on a trace, in their order: there is more than one if it was opened again after its
 * verdict had expired, or kept by hand. Not thread-safe.
 */
final class VerdictHistory {
  private final List<Verdict> verdicts = new ArrayList<>();

  /** Adds the next one; null takes the last one back. */
  void add(Verdict verdict) {
    if (verdict != null) {
      verdicts.add(verdict);
    } else if (!verdicts.isEmpty()) {
      verdicts.remove(verdicts.size() - 1);
    }
  }

  /**
   * Whether a span in the record at this offset was exported: with its trace, or as a late one.
   * That was up to the last verdict on spans from an earlier offset on, or from this one.
   */
  boolean wasExported(long offset) {
    for (int i = verdicts.size() - 1; i >= 0; i--) {
      if (verdicts.get(i).firstOffset() <= offset) {
        return verdicts.get(i).kept();
      }
    }
    return false;
  }
}
