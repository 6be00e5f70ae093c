package io.tailrace.topology.fleet;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Policy versions to be written to the history, oldest first. Bounded: drops the oldest versions
 * above its capacity. Thread-safe.
 */
final class HistoryQueue {
  private final long maxChars;
  private final Map<String, PublishedPolicies> waiting = new LinkedHashMap<>();
  private long chars;

  /**
   * @param maxChars capacity for the documents in total
   */
  HistoryQueue(long maxChars) {
    this.maxChars = maxChars;
  }

  /** Adds a version. Returns false if this dropped older versions. */
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

  /** Removes the version, unless another one with the same number has replaced it. */
  synchronized void remove(@Nullable PublishedPolicies published) {
    if (published != null && waiting.remove(published.historyKey(), published)) {
      chars -= length(published);
    }
  }

  private static int length(PublishedPolicies published) {
    return published.document() == null ? 0 : published.document().length();
  }
}
