package io.tailrace.policies;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Predicate;

/**
 * Remembers which texts matched: one slot per hash, the last text wins. Tasks share it without a
 * lock; a lost write costs one more match.
 */
final class MatchCache {
  /** Bounds what a document can make us hold; more distinct values than this rarely repeat. */
  private static final int MAX_SLOTS = 4_096;

  private static final int MAX_TEXT_CHARS = 256;

  private final AtomicReferenceArray<Result> slots;

  /**
   * @param size texts to remember, at least 1
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
