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
 * Combines the decisions of a task between two ticks into one due round, since a round runs at each
 * record and most decide nothing. Counts work, including that of aborted transactions.
 */
final class RoundTally implements RoundSink {
  private final TopicPartition source;
  private final RoundSpans spans;
  private final InstantSource wallClock;
  private final LongSupplier nanoTime;
  private Tally tally = new Tally();

  /** State between two ticks. */
  private static final class Tally {
    private boolean isAny;
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
  }

  /**
   * @param nanoTime clock of {@link #ended}
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
    tally.traceCount++;
    tally.keptCount += verdict.kept() ? 1 : 0;
    tally.spanCount += trace.spanCount;
    tally.byteCount += trace.bytes;
    tally.version = verdict.policyVersion();
  }

  @Override
  public void decidedEarly() {
    tally.earlyCount++;
  }

  @Override
  public void ended(long roundBegan, boolean cutShort) {
    if (!tally.isAny) {
      tally.isAny = true;
      tally.began = roundBegan;
    }
    tally.ended = nanoTime.getAsLong();
    tally.busy += tally.ended - roundBegan;
    if (cutShort) {
      tally.wasCutShort = true;
      tally.cutShortAt = tally.ended;
    }
  }

  @Override
  public void tick(long logTime, long position, long overdueMillis) {
    if (!tally.isAny) {
      return;
    }
    Instant now = wallClock.instant();
    long nanos = nanoTime.getAsLong();
    spans.ended(
        new DueRound(
            source.topic(),
            source.partition(),
            now.minusNanos(nanos - tally.began),
            now.minusNanos(nanos - tally.ended),
            Duration.ofNanos(tally.busy),
            tally.traceCount,
            tally.keptCount,
            tally.spanCount,
            tally.byteCount,
            tally.earlyCount,
            tally.wasCutShort ? now.minusNanos(nanos - tally.cutShortAt) : null,
            position,
            logTime,
            overdueMillis,
            tally.version));
    tally = new Tally();
  }
}
