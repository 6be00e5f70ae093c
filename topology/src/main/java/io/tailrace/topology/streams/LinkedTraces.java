package io.tailrace.topology.streams;

import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.SpanLinks;
import io.tailrace.serdes.TraceId;
import io.tailrace.serdes.Verdict;
import io.tailrace.serdes.VerdictKind;
import io.tailrace.topology.kafka.JsonRecords;
import io.tailrace.topology.kafka.LogTimeRate;
import io.tailrace.topology.kafka.PartitionOfTrace;
import io.tailrace.topology.keep.KeepRequest;
import io.tailrace.topology.meters.SamplerMetrics;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Requests the traces that kept traces link to, in the transaction that exports the kept ones. The
 * links of a trace that is kept because of a link are not followed. Not thread-safe.
 */
final class LinkedTraces {
  /** Traces requested within this log time are not requested again. */
  private static final long RECENT_MILLIS = 5_000;

  /** Maximum number of such traces that are remembered. */
  private static final int MAX_RECENT = 1_000;

  private final ProcessorContext<byte[], byte[]> context;
  private final BooleanSupplier isFollowed;
  private final LogTimeRate rate;
  private final SamplerMetrics metrics;
  private final SpanLinks links = new SpanLinks();
  private final Map<TraceId, Long> recent =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<TraceId, Long> eldest) {
          return size() > MAX_RECENT;
        }
      };

  /**
   * @param isFollowed returns whether the current policy document follows links
   * @param perSecond maximum number of requests in a second of log time; empty if the topic of
   *     requests cannot be written
   */
  LinkedTraces(
      ProcessorContext<byte[], byte[]> context,
      BooleanSupplier isFollowed,
      OptionalInt perSecond,
      SamplerMetrics metrics) {
    this.context = context;
    this.isFollowed = perSecond.isPresent() ? isFollowed : () -> false;
    this.rate = new LogTimeRate(perSecond.orElse(0));
    this.metrics = metrics;
  }

  /** Returns the partitions of a request: all that the trace can be on. */
  static StreamPartitioner<byte[], byte[]> partitioner(PartitionOfTrace partitions) {
    return (topic, key, value, count) ->
        Optional.of(
            partitions.candidates(TraceId.parse(new String(key, StandardCharsets.US_ASCII))));
  }

  /**
   * Requests the traces that spans of a kept trace link to.
   *
   * @param logTime log time of the decision or of the late spans
   */
  void follow(TraceId from, List<byte[]> pieces, Verdict verdict, long logTime) {
    if (!isFollowed.getAsBoolean() || verdict.kind() == VerdictKind.LINKED) {
      return;
    }
    for (byte[] piece : pieces) {
      try {
        links.read(piece, (high, low) -> request(new TraceId(high, low), from, logTime));
      } catch (MalformedOtlpException e) {
        throw new IllegalStateException("buffered spans of " + from + " cannot be read", e);
      }
    }
  }

  private void request(TraceId id, TraceId from, long logTime) {
    Long last = recent.get(id);
    if (id.equals(from) || (last != null && Math.abs(logTime - last) < RECENT_MILLIS)) {
      return;
    }
    boolean hasRoom = rate.hasRoom(logTime);
    metrics.linkFollowed(hasRoom);
    if (!hasRoom) {
      return;
    }
    rate.count();
    recent.remove(id); // it is the latest now
    recent.put(id, logTime);
    byte[] value = JsonRecords.bytes(KeepRequest.Value.ofLink(from, logTime));
    context.forward(
        new Record<>(id.toKey(), value, context.currentSystemTimeMs()), NodeNames.LINKED_TRACES);
  }
}
