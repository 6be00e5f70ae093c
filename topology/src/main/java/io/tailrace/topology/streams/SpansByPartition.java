package io.tailrace.topology.streams;

import io.tailrace.serdes.SpanScan;
import io.tailrace.serdes.TraceId;
import io.tailrace.topology.kafka.PartitionOfTrace;
import java.util.Arrays;

/**
 * Spans of a scanned record, grouped by the shuffle partition of their trace. Spans without a valid
 * trace ID belong to no group. Reused from record to record. Not thread-safe.
 */
final class SpansByPartition {
  private static final int NONE = -1;

  private final int[] groupOfPartition;
  private int groups;
  private int[] firstTrace = new int[8];
  private int[] end = new int[8]; // end of the part of each group in order
  private int[] groupOfTrace = new int[64];
  private int[] groupOfSpan = new int[256];
  private int[] order = new int[256];

  /**
   * @param partitions number of partitions of the shuffle topic
   */
  SpansByPartition(int partitions) {
    groupOfPartition = new int[partitions];
  }

  void of(SpanScan scan) {
    reserve(scan.spanCount(), scan.traceCount());
    Arrays.fill(groupOfPartition, NONE);
    Arrays.fill(groupOfSpan, 0, scan.spanCount(), NONE);
    groups = 0;
    for (int trace = 0; trace < scan.traceCount(); trace++) {
      int group = groupOf(scan, trace);
      groupOfTrace[trace] = group;
      for (int span = scan.firstSpan(trace); span >= 0; span = scan.nextSpan(span)) {
        groupOfSpan[span] = group;
        end[group]++;
      }
    }
    sortSpans(scan.spanCount());
  }

  int size() {
    return groups;
  }

  /** Returns the index of the first trace of a group in the record. */
  int firstTrace(int group) {
    return firstTrace[group];
  }

  /** Returns whether the trace with this index in the record belongs to the group. */
  boolean has(int group, int trace) {
    return groupOfTrace[trace] == group;
  }

  /** Returns the indexes of the spans of a group, in record order. */
  int[] spans(int group) {
    return Arrays.copyOfRange(order, group == 0 ? 0 : end[group - 1], end[group]);
  }

  private int groupOf(SpanScan scan, int trace) {
    TraceId id = new TraceId(scan.traceHigh(trace), scan.traceLow(trace));
    int partition = PartitionOfTrace.of(id.toKey(), groupOfPartition.length);
    if (groupOfPartition[partition] == NONE) {
      if (groups == firstTrace.length) {
        firstTrace = Arrays.copyOf(firstTrace, groups * 2);
        end = Arrays.copyOf(end, groups * 2);
      }
      firstTrace[groups] = trace;
      end[groups] = 0;
      groupOfPartition[partition] = groups++;
    }
    return groupOfPartition[partition];
  }

  /** Sorts by counting. Keeps the record order, so that spans of the same scope stay together. */
  private void sortSpans(int spans) {
    int before = 0;
    for (int group = 0; group < groups; group++) {
      int size = end[group];
      end[group] = before;
      before += size;
    }
    for (int span = 0; span < spans; span++) {
      if (groupOfSpan[span] != NONE) {
        order[end[groupOfSpan[span]]++] = span;
      }
    }
  }

  private void reserve(int spans, int traces) {
    if (spans > order.length) {
      groupOfSpan = new int[spans * 2];
      order = new int[spans * 2];
    }
    if (traces > groupOfTrace.length) {
      groupOfTrace = new int[traces * 2];
    }
  }
}
