package io.tailrace.topology;

import io.tailrace.serdes.Watermark;
import java.util.Arrays;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * How far all ingest partitions have been split, as a by-trace partition hears of it. While one of
 * them lags, spans of any trace may still come from it, and nothing that it may belong to is due.
 * Not thread-safe.
 */
final class Watermarks {
  private static final int MAX_SOURCES = 1 << 20;

  private long[] bySource;

  /**
   * @param sources how many ingest partitions there are; more may turn up
   */
  Watermarks(int sources) {
    bySource = new long[sources];
    Arrays.fill(bySource, Long.MIN_VALUE);
  }

  /** The watermark that a record is, or null if it is one of spans. */
  static Watermark of(Headers headers) {
    Header header = headers.lastHeader(HeaderNames.WATERMARK);
    if (header == null) {
      return null;
    }
    Watermark watermark = Watermark.decode(header.value());
    if (watermark.source() < 0 || watermark.source() >= MAX_SOURCES) {
      throw new IllegalArgumentException("watermark: of partition " + watermark.source());
    }
    return watermark;
  }

  void observe(Watermark watermark) {
    int source = watermark.source();
    if (source >= bySource.length) {
      int before = bySource.length;
      bySource = Arrays.copyOf(bySource, source + 1);
      Arrays.fill(bySource, before, source + 1, Long.MIN_VALUE);
    }
    bySource[source] = Math.max(bySource[source], watermark.time());
  }

  /** Log time up to which all have been split. */
  long all() {
    return Arrays.stream(bySource).min().orElse(Long.MIN_VALUE);
  }
}
