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
import java.util.Optional;

/**
 * Settings of a simulated task. {@link SamplerSettings} holds those of the tasks of an instance.
 *
 * @param splitSources ingest partitions whose watermarks make traces due; none in keyed mode
 * @param rateShare share of every per-second rate for the task, in (0, 1]
 * @param verdictRetention time for which late spans follow a verdict, milliseconds
 * @param bounds bounds at which traces are decided at once
 * @param timestamps bounds the times of records
 * @param idleAfterMillis time without records after which a partition advances with the wall clock
 */
public record SimulatedTask(
    SplitSources splitSources,
    double rateShare,
    long verdictRetention,
    TraceBounds bounds,
    BoundedTimestamps timestamps,
    long idleAfterMillis) {
  /** Minimum verdict retention, in waits, as required of the configuration of an instance. */
  private static final int WAITS_IN_VERDICT_RETENTION = 2;

  IngestMode mode() {
    return splitSources.mode();
  }

  /** Returns the settings of the tasks of an instance with this configuration on this cluster. */
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
   * Returns the default settings for a task with all records of a recording. Spans take no space,
   * so the bytes of the task are unlimited.
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
            Settings.MAX_TRACES_PER_TASK.absent(),
            Integer.MAX_VALUE, // the limit of a partition says nothing here
            0, // links are not followed
            Optional.empty()),
        BoundedTimestamps.ofShuffle(), // unchanged
        Settings.IDLE_AFTER.absent().toMillis());
  }
}
