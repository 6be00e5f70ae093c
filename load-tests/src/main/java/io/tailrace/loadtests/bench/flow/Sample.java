package io.tailrace.loadtests.bench.flow;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Figures of an instance at a point in time. Counts and sums start with the process.
 *
 * @param nanos {@link System#nanoTime}
 * @param spans spans that reached the sampler
 * @param split spans that went through the splitter; {@code spans} where there is none
 * @param bytes of the records that reached the sampler
 * @param decided traces decided
 * @param kept of these, those kept
 * @param openTraces traces not decided yet
 * @param exportedBytes bytes forwarded to the export topic
 * @param cpuNanos CPU time of the process, garbage collection included
 * @param jitNanos of that, what the just-in-time compiler took
 * @param allocatedBytes allocated by the threads that live
 * @param heapPeak greatest use of the heap, garbage included
 * @param heapLive use of the heap after the last collection of the old generation, if any
 * @param rss resident memory
 * @param rssPeak its greatest
 * @param diskBytes written to files; -1 if the system does not say
 */
public record Sample(
    long nanos,
    long spans,
    long split,
    long bytes,
    long decided,
    long kept,
    long openTraces,
    long exportedBytes,
    long cpuNanos,
    long jitNanos,
    long allocatedBytes,
    long heapPeak,
    long heapLive,
    long rss,
    long rssPeak,
    long diskBytes) {
  private static final int FIELDS = 16;

  /** Formats the sample as one line. */
  String toLine() {
    return Arrays.stream(values()).mapToObj(Long::toString).collect(Collectors.joining(" "));
  }

  /** Parses the text of {@link #toLine}. */
  static Sample parse(String line) {
    long[] v = Arrays.stream(line.split(" ")).mapToLong(Long::parseLong).toArray();
    if (v.length != FIELDS) {
      throw new IllegalArgumentException("sample: " + line + " (expected: 16 numbers)");
    }
    return of(v);
  }

  /** Adds another instance. Keeps the time of this sample. */
  Sample plus(Sample other) {
    long[] sum = values();
    long[] more = other.values();
    for (int i = 1; i < FIELDS; i++) {
      sum[i] += more[i];
    }
    return of(sum);
  }

  private long[] values() {
    return new long[] {
      nanos,
      spans,
      split,
      bytes,
      decided,
      kept,
      openTraces,
      exportedBytes,
      cpuNanos,
      jitNanos,
      allocatedBytes,
      heapPeak,
      heapLive,
      rss,
      rssPeak,
      diskBytes
    };
  }

  private static Sample of(long[] v) {
    return new Sample(
        v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8], v[9], v[10], v[11], v[12], v[13],
        v[14], v[15]);
  }
}
