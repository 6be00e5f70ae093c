package io.tailrace.topology.instance;

import io.tailrace.serdes.Verdict;
import io.tailrace.topology.sampling.OpenTrace;
import io.tailrace.topology.sampling.RoundSink;
import io.tailrace.topology.telemetry.DueRound;
import io.tailrace.topology.telemetry.RoundSpans;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;

/**
 * Joins what a task decides between two ticks to one due round: rounds are run at each record, most
 * of them for nothing. It tells of work, not of results: what a transaction takes back is in it,
 * too.
 */
final class RoundTally implements RoundSink {
  private final TopicPartition source;
  private final RoundSpans spans;
  private final InstantSource wallClock;
  private final LongSupplier nanoTime;
  private boolean isOpen;
  private long began;
  private long ended;
  private long busy;
  private boolean wasCutShort;
  private long cutShortAt;
  private long traceCount;
  private long keptCount;
  private long spanCount;
  private long byteCount;
  private long earlyCount;
  private long version;

  /**
   * @param nanoTime of the same clock as what {@link #ended} is told
   */
  RoundTally(
      TopicPartition source, RoundSpans spans, InstantSource wallClock, LongSupplier nanoTime) {
    this.source = source;
    this.spans = spans;
    this.wallClock = wallClock;
    this.nanoTime = nanoTime;
  }

  @Override
  public void decided(OpenTrace trace, Verdict verdict) {
    traceCount++;
    keptCount += verdict.kept() ? 1 : 0;
    spanCount += trace.spanCount;
    byteCount += trace.bytes;
    version = verdict.policyVersion();
  }

  @Override
  public void decidedEarly() {
    earlyCount++;
  }

  @Override
  public void ended(long roundBegan, boolean cutShort) {
    if (!isOpen) {
      isOpen = true;
      began = roundBegan;
    }
    ended = nanoTime.getAsLong();
    busy += ended - roundBegan;
    if (cutShort) {
      wasCutShort = true;
      cutShortAt = ended;
    }
  }

  @Override
  public void tick(long logTime, long position, long overdueMillis) {
    if (!isOpen) {
      return;
    }
    Instant now = wallClock.instant();
    long nanos = nanoTime.getAsLong();
    spans.ended(
        new DueRound(
            source.topic(),
            source.partition(),
            now.minusNanos(nanos - began),
            now.minusNanos(nanos - ended),
            Duration.ofNanos(busy),
            traceCount,
            keptCount,
            spanCount,
            byteCount,
            earlyCount,
            wasCutShort ? now.minusNanos(nanos - cutShortAt) : null,
            position,
            logTime,
            overdueMillis,
            version));
    isOpen = false;
    busy = 0;
    wasCutShort = false;
    traceCount = 0;
    keptCount = 0;
    spanCount = 0;
    byteCount = 0;
    earlyCount = 0;
  }
}
