package io.tailrace.loadtests.shop;

import io.opentelemetry.api.trace.SpanContext;
import java.util.ArrayDeque;
import java.util.Deque;

/** The spans that published recent messages, for links of batch consumers. */
final class RecentMessages {
  private static final int KEPT = 16;

  private final Deque<SpanContext> publishers = new ArrayDeque<>();

  void published(SpanContext publisher) {
    publishers.addLast(publisher);
    if (publishers.size() > KEPT) {
      publishers.removeFirst();
    }
  }

  Iterable<SpanContext> publishers() {
    return publishers;
  }
}
