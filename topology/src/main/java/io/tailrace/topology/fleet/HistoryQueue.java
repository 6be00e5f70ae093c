package io.tailrace.topology.fleet;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Policy versions that wait to be written to their history, oldest first. Bounded: of more than it
 * holds the oldest are forgotten. Thread-safe.
 */
final class HistoryQueue {
  private final long maxChars;
  private final Map<String, PublishedPolicies> waiting = new LinkedHashMap<>();
  private long chars;

  /**
   * @param maxChars of documents together
   */
  HistoryQueue(long maxChars) {
    this.maxChars = maxChars;
  }

  /** Adds one; false if others were forgotten for it. */
  synchronized boolean add(PublishedPolicies published) {
    remove(waiting.get(published.historyKey()));
    waiting.put(published.historyKey(), published);
    chars += length(published);
    boolean allKept = true;
    Iterator<PublishedPolicies> oldest = waiting.values().iterator();
    while (chars > maxChars && waiting.size() > 1) {
      chars -= length(oldest.next());
      oldest.remove();
      allKept = false;
    }
    return allKept;
  }

  synchronized List<PublishedPolicies> all() {
    return List.copyOf(waiting.values());
  }

  /** Takes it out, unless another of the same version has taken its place. */
  synchronized void remove(PublishedPolicies published) {
    if (published != null && waiting.remove(published.historyKey(), published)) {
      chars -= length(published);
    }
  }

  private static int length(PublishedPolicies published) {
    return published.document() == null ? 0 : published.document().length();
  }
}
