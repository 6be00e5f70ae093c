package io.tailrace.serdes;

import java.util.Arrays;

/**
 * Groups the spans of a record by trace ID. A small open-addressing hash table, reused for every
 * record.
 */
final class TraceGroups {
  private static final int EMPTY = -1;
  private static final int MIN_SPANS =
      4; // small, because most records have few spans and each record clears the table

  private int[] first = new int[64];
  private int[] last = new int[64];
  private int[] slots = new int[128];
  private int size;
  private int firstInvalid;

  int size() {
    return size;
  }

  int first(int trace) {
    return first[trace];
  }

  int firstInvalid() {
    return firstInvalid;
  }

  void build(SpanTable spans) {
    size = 0;
    firstInvalid = EMPTY;
    int lastInvalid = EMPTY;
    int needed = Integer.highestOneBit(Math.max(MIN_SPANS, spans.size)) * 4;
    if (slots.length < needed) {
      slots = new int[needed];
    }
    Arrays.fill(slots, 0, needed, EMPTY);
    for (int span = 0; span < spans.size; span++) {
      if (isValid(spans, span)) {
        add(spans, span, needed - 1);
      } else if (firstInvalid == EMPTY) {
        firstInvalid = span;
        lastInvalid = span;
      } else {
        spans.next[lastInvalid] = span;
        lastInvalid = span;
      }
    }
  }

  private static boolean isValid(SpanTable spans, int span) {
    return spans.traceIdLength[span] == TraceId.BYTES
        && (spans.traceHigh[span] | spans.traceLow[span]) != 0;
  }

  private void add(SpanTable spans, int span, int mask) {
    long high = spans.traceHigh[span];
    long low = spans.traceLow[span];
    int slot = (int) (TraceId.mixed(high, low) >>> 32) & mask;
    while (slots[slot] != EMPTY) {
      int trace = slots[slot];
      int head = first[trace];
      if (spans.traceHigh[head] == high && spans.traceLow[head] == low) {
        spans.next[last[trace]] = span;
        last[trace] = span;
        return;
      }
      slot = slot + 1 & mask;
    }
    if (size == first.length) {
      first = Arrays.copyOf(first, size * 2);
      last = Arrays.copyOf(last, size * 2);
    }
    slots[slot] = size;
    first[size] = span;
    last[size] = span;
    size++;
  }
}
