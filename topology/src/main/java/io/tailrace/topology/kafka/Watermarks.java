package io.tailrace.topology.kafka;

import io.tailrace.serdes.Watermark;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * How far all ingest partitions have been split, as a by-trace partition hears of it. While one of
 * them lags, spans of any trace may still come from it, and nothing that it may belong to is due.
 * Not thread-safe.
 */
public final class Watermarks {
  private final Map<Long, long[]> byTopic = new HashMap<>();

  /**
   * @param sources the ingest partitions that there are; more may turn up in the same topics
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

  /** The watermark that a record is, or null if it is one of spans, as all are in keyed mode. */
  public Watermark in(Headers headers) {
    return byTopic.isEmpty() ? null : of(headers);
  }

  /** The watermark that a record of the shuffle is, or null if it is one of spans. */
  public static Watermark of(Headers headers) {
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
      return; // of a topic that is no longer read: waiting for its next would be for ever
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

  /** Log time up to which all have been split. */
  public long all() {
    return byTopic.values().stream().flatMapToLong(Arrays::stream).min().orElse(Long.MIN_VALUE);
  }
}
