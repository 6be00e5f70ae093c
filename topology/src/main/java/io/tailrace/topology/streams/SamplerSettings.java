package io.tailrace.topology.streams;

import io.tailrace.topology.config.IngestMode;
import io.tailrace.topology.config.Settings;
import io.tailrace.topology.config.TailraceConfig;
import io.tailrace.topology.kafka.SplitSources;
import io.tailrace.topology.kafka.Topics;
import io.tailrace.topology.sampling.TraceBounds;
import java.time.Duration;

/**
 * Configuration of the sampling processor.
 *
 * @param sourceTopic topic with the spans to sample
 * @param sourcePartitions number of its partitions
 * @param splitSources ingest partitions whose watermarks determine due traces; none in keyed mode
 * @param exactlyOnce whether the processing guarantee is exactly-once
 * @param decisions whether each verdict is written to the decision topic
 * @param bounds bounds at which traces are decided at once
 * @param export format of the records on the export topic
 * @param idleAfterMillis time without records after which a partition advances with the wall clock
 * @param maxRoundNanos maximum duration of a due round; the next round continues it
 */
public record SamplerSettings(
    String sourceTopic,
    int sourcePartitions,
    SplitSources splitSources,
    boolean exactlyOnce,
    boolean decisions,
    TraceBounds bounds,
    ExportFormat export,
    long idleAfterMillis,
    long maxRoundNanos) {
  private static final long MAX_ROUND_NANOS = Duration.ofMillis(100).toNanos();

  public static SamplerSettings of(TailraceConfig config, Topics.Source source) {
    return new SamplerSettings(
        config.sourceTopic(),
        source.partitions(),
        SplitSources.of(config, source),
        config.get(Settings.EXACTLY_ONCE),
        config.topics().decisions().isPresent(),
        bounds(config),
        new ExportFormat(
            config.get(Settings.EXPORT_ENCODING),
            config.get(Settings.MAX_EXPORT_RECORD),
            config.get(Settings.SAMPLE_RATE_ATTRIBUTE).orElse(""),
            config.get(Settings.RECORD_POLICY)),
        config.get(Settings.IDLE_AFTER).toMillis(),
        MAX_ROUND_NANOS);
  }

  private static TraceBounds bounds(TailraceConfig config) {
    return new TraceBounds(
        config.get(Settings.MAX_SPANS_PER_TRACE),
        config.get(Settings.MAX_BYTES_PER_TRACE),
        config.get(Settings.MAX_BYTES_PER_TASK),
        config.get(Settings.MAX_TRACES_PER_TASK),
        config.get(Settings.RECONSIDERED_PER_SECOND),
        config.get(Settings.LINKED_PER_SECOND),
        config.get(Settings.LIMITS_GROUP_BY));
  }

  public IngestMode mode() {
    return splitSources.mode();
  }

  /** Returns the share of per-second rates for one partition, in (0, 1]. */
  public double rateShare() {
    return 1.0 / sourcePartitions;
  }
}
