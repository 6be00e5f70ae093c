package io.tailrace.topology.simulate;

import io.tailrace.topology.config.IngestMode;
import io.tailrace.topology.config.Settings;
import io.tailrace.topology.config.TailraceConfig;
import io.tailrace.topology.kafka.SplitSources;
import io.tailrace.topology.kafka.Topics;
import io.tailrace.topology.sampling.TraceBounds;
import io.tailrace.topology.streams.SamplerSettings;

/**
 * What a simulated task is told, as an instance's tasks are told it by {@link SamplerSettings}.
 *
 * @param splitSources the ingest partitions whose watermarks say what is due; none if records do
 * @param rateShare share of every per-second rate that it may spend, in (0, 1]
 * @param verdictRetention how long late spans follow a verdict, milliseconds
 * @param bounds at which traces are decided at once
 */
public record SimulatedTask(
    SplitSources splitSources, double rateShare, long verdictRetention, TraceBounds bounds) {
  /** Of the fleet whose task it stands for. */
  IngestMode mode() {
    return splitSources.mode();
  }

  /** As the tasks of an instance with this configuration on this cluster are told. */
  static SimulatedTask of(TailraceConfig config, Topics.Source source) {
    SamplerSettings settings = SamplerSettings.of(config, source);
    return new SimulatedTask(
        settings.splitSources(),
        settings.rateShare(),
        config.get(Settings.VERDICT_RETENTION).toMillis(),
        settings.bounds());
  }
}
