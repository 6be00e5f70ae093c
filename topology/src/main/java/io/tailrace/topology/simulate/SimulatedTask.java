package io.tailrace.topology.simulate;

import io.tailrace.topology.config.IngestMode;
import io.tailrace.topology.config.Settings;
import io.tailrace.topology.config.TailraceConfig;
import io.tailrace.topology.kafka.BoundedTimestamps;
import io.tailrace.topology.kafka.SplitSources;
import io.tailrace.topology.kafka.Topics;
import io.tailrace.topology.sampling.TraceBounds;
import io.tailrace.topology.sampling.Waits;
import io.tailrace.topology.streams.SamplerSettings;
import java.time.Duration;
import java.time.InstantSource;

/**
 * The settings of a simulated task; those of an instance's tasks are {@link SamplerSettings}.
 *
 * @param splitSources the ingest partitions whose watermarks say what is due; none in keyed mode
 * @param rateShare share of every per-second rate that it may spend, in (0, 1]
 * @param verdictRetention how long late spans follow a verdict, milliseconds
 * @param bounds at which traces are decided at once
 * @param timestamps bounds the times of records
 * @param idleAfterMillis a partition without records for so long moves on with the wall clock
 */
public record SimulatedTask(
    SplitSources splitSources,
    double rateShare,
    long verdictRetention,
    TraceBounds bounds,
    BoundedTimestamps timestamps,
    long idleAfterMillis) {
  /** As an instance demands it of its configuration. */
  private static final int WAITS_IN_VERDICT_RETENTION = 2;

  IngestMode mode() {
    return splitSources.mode();
  }

  /** The settings of the tasks of an instance with this configuration on this cluster. */
  static SimulatedTask of(TailraceConfig config, Topics.Source source) {
    SamplerSettings settings = SamplerSettings.of(config, source);
    return new SimulatedTask(
        settings.splitSources(),
        settings.rateShare(),
        config.get(Settings.VERDICT_RETENTION).toMillis(),
        settings.bounds(),
        settings.mode() == IngestMode.KEYED
            ? new BoundedTimestamps(
                config.get(Settings.ALLOWED_SKEW).toMillis(), InstantSource.system())
            : BoundedTimestamps.ofShuffle(),
        settings.idleAfterMillis());
  }

  /**
   * The default settings, of a task that gets all records of a recording. Spans take no room, so
   * the task may have any number of bytes.
   */
  static SimulatedTask ofRecording(Waits waits) {
    Duration retention = Settings.VERDICT_RETENTION.absent();
    double wholeRate = 1;
    return new SimulatedTask(
        SplitSources.NONE,
        wholeRate,
        Math.max(retention.toMillis(), WAITS_IN_VERDICT_RETENTION * waits.decisionWait()),
        new TraceBounds(
            Settings.MAX_SPANS_PER_TRACE.absent(),
            Settings.MAX_BYTES_PER_TRACE.absent(),
            Long.MAX_VALUE,
            Settings.MAX_TRACES_PER_TASK.absent()),
        BoundedTimestamps.ofShuffle(), // as they are
        Settings.IDLE_AFTER.absent().toMillis());
  }
}
