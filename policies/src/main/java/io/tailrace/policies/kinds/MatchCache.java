package io.tailrace.policies.kinds;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Predicate;

/**
 * Caches match results by text. Each hash has one slot; the latest text replaces an older one.
 * Tasks share the cache without a lock. A lost write costs one more match.
 */
final class MatchCache {
  /** Limits memory. Attributes with more distinct values rarely repeat them. */
  private static final int MAX_SLOTS = 4_096;

  private static final int MAX_TEXT_CHARS = 256;

  private final AtomicReferenceArray<Result> slots;

  /**
   * @param size number of texts to cache, at least 1
   */
  MatchCache(long size) {
    this.slots = new AtomicReferenceArray<>((int) Math.min(size, MAX_SLOTS));
  }

  boolean matches(String text, Predicate<String> test) {
    if (text.length() > MAX_TEXT_CHARS) {
      return test.test(text);
    }
    int slot = Math.floorMod(text.hashCode(), slots.length());
    Result known = slots.get(slot);
    if (known == null || !known.text.equals(text)) {
      known = new Result(text, test.test(text));
      slots.set(slot, known);
    }
    return known.matches;
  }

  private record Result(String text, boolean matches) {}
}
