package io.tailrace.topology.sampling;

import java.util.Arrays;
import java.util.Comparator;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Open traces ordered by a time and then by id. The order does not depend on the order of
 * insertion. Most traces are added with similar times and removed from the front, so a bucket is
 * sorted only when it becomes the first. Not thread-safe.
 */
abstract class TimeBuckets {
  private static final int WIDTH_BITS = 4; // 16 ms
  private static final int FIRST_CAPACITY = 4;

  private static final class Bucket {
    final long number;

    /** Sorted with the first trace last; has gaps. */
    @Nullable OpenTrace[] traces = new @Nullable OpenTrace[FIRST_CAPACITY];

    int end;
    int live;
    boolean sorted;

    Bucket(long number) {
      this.number = number;
    }

    long start() {
      return number << WIDTH_BITS;
    }
  }

  private final TreeMap<Long, Bucket> buckets = new TreeMap<>();
  private final Comparator<OpenTrace> lastFirst =
      Comparator.comparingLong(this::time)
          .thenComparingLong((OpenTrace trace) -> trace.high)
          .thenComparingLong(trace -> trace.low)
          .reversed();
  private @Nullable Bucket head;
  private @Nullable Bucket latest;

  /** Sort time of a trace. Must not change while the trace is in the buckets. */
  abstract long time(OpenTrace trace);

  /** Index of a trace in its bucket. */
  abstract int place(OpenTrace trace);

  abstract void setPlace(OpenTrace trace, int place);

  void add(OpenTrace trace) {
    Bucket bucket = bucket(time(trace) >> WIDTH_BITS);
    if (bucket.end == bucket.traces.length) {
      bucket.traces = Arrays.copyOf(bucket.traces, 2 * bucket.end);
    }
    bucket.traces[bucket.end] = trace;
    setPlace(trace, bucket.end);
    bucket.end++;
    bucket.live++;
    bucket.sorted = false;
  }

  void remove(OpenTrace trace) {
    Bucket bucket = bucket(time(trace) >> WIDTH_BITS);
    bucket.live--;
    if (bucket.live == 0) {
      drop(bucket);
      return;
    }
    bucket.traces[place(trace)] = null;
    while (bucket.traces[bucket.end - 1] == null) {
      bucket.end--;
    }
  }

  /** Returns the first trace at or before this time, or null. */
  @Nullable OpenTrace first(long until) {
    if (head == null || head.start() > until) {
      return null;
    }
    if (!head.sorted) {
      sort(head);
    }
    OpenTrace first = head.traces[head.end - 1];
    return time(first) <= until ? first : null;
  }

  /** Passes all traces at or before this time, in no particular order. */
  void forEach(long until, Consumer<OpenTrace> action) {
    for (Bucket bucket : buckets.headMap(until >> WIDTH_BITS, true).values()) {
      for (int i = 0; i < bucket.end; i++) {
        OpenTrace trace = bucket.traces[i];
        if (trace != null && time(trace) <= until) {
          action.accept(trace);
        }
      }
    }
  }

  private Bucket bucket(long number) {
    Bucket found = latest;
    if (found != null && found.number == number) {
      return found;
    }
    found = head != null && head.number == number ? head : buckets.get(number);
    if (found == null) {
      found = new Bucket(number);
      buckets.put(number, found);
      if (head == null || number < head.number) {
        head = found;
      }
    }
    latest = found;
    return found;
  }

  private void drop(Bucket bucket) {
    buckets.remove(bucket.number);
    if (latest == bucket) {
      latest = null;
    }
    if (head == bucket) {
      head = buckets.isEmpty() ? null : buckets.firstEntry().getValue();
    }
  }

  private void sort(Bucket bucket) {
    int end = 0;
    for (int i = 0; i < bucket.end; i++) {
      if (bucket.traces[i] != null) {
        bucket.traces[end++] = bucket.traces[i];
      }
    }
    Arrays.fill(bucket.traces, end, bucket.end, null);
    bucket.end = end;
    Arrays.sort(bucket.traces, 0, end, lastFirst);
    for (int i = 0; i < end; i++) {
      setPlace(bucket.traces[i], i);
    }
    bucket.sorted = true;
  }
}
