package io.tailrace.topology.kafka;

import io.tailrace.serdes.Watermark;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Split progress of all ingest partitions, from the watermarks on a by-trace partition. While one
 * partition lags, spans of any trace can still arrive from it, so no later trace is due. Not
 * thread-safe.
 */
public final class Watermarks {
  private final Map<Long, long[]> byTopic = new HashMap<>();

  /**
   * @param sources known ingest partitions; the topics can get more
   */
  public Watermarks(SplitSources sources) {
    sources
        .topics()
        .forEach(source -> byTopic.put(source.firstNumber(), unknown(source.partitions())));
  }

  private static long[] unknown(int partitions) {
    long[] times = new long[partitions];
    Arrays.fill(times, Long.MIN_VALUE);
    return times;
  }

  /** Returns the watermark of a record, or null if it contains spans, as always in keyed mode. */
  public @Nullable Watermark in(Headers headers) {
    return byTopic.isEmpty() ? null : of(headers);
  }

  /** Returns the watermark of a shuffle record, or null if it contains spans. */
  public static @Nullable Watermark of(Headers headers) {
    Header header = headers.lastHeader(HeaderNames.WATERMARK);
    if (header == null) {
      return null;
    }
    Watermark watermark = Watermark.decode(header.value());
    if (watermark.source() < 0) {
      throw new IllegalArgumentException("watermark: of source " + watermark.source());
    }
    return watermark;
  }

  public void observe(Watermark watermark) {
    long topic = SplitSource.firstNumber(watermark.source());
    long[] times = byTopic.get(topic);
    if (times == null) {
      return; // from a topic that is no longer read; its next watermark would never arrive
    }
    int partition = SplitSource.partition(watermark.source());
    if (partition >= times.length) {
      int before = times.length;
      times = Arrays.copyOf(times, partition + 1);
      Arrays.fill(times, before, partition + 1, Long.MIN_VALUE);
      byTopic.put(topic, times);
    }
    times[partition] = Math.max(times[partition], watermark.time());
  }

  /** Returns the log time up to which all partitions have been split. */
  public long all() {
    return byTopic.values().stream().flatMapToLong(Arrays::stream).min().orElse(Long.MIN_VALUE);
  }
}
