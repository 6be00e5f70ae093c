package io.tailrace.loadtests.shop;

import io.opentelemetry.api.trace.SpanContext;
import java.util.ArrayDeque;
import java.util.Deque;

/** The spans that published the last few messages, for a batch consumer to link to. */
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
