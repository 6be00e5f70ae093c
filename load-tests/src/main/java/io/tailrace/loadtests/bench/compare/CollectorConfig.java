package io.tailrace.loadtests.bench.compare;

import io.tailrace.loadtests.bench.flow.InstanceSettings;
import java.io.IOException;
import java.time.Duration;

/**
 * Configuration of a Collector that does the work of an instance.
 *
 * @param bootstrapServers brokers
 * @param run name of the run; consumer group and prefix of the export topic
 * @param ingestTopic topic to read from the beginning
 * @param decisionWait by wall clock, in whole seconds
 * @param rememberedTraces number of decided traces that late spans still find
 * @param maxOpenTraces bound that is not reached
 * @param shards loops of {@code tail_sampling}
 */
record CollectorConfig(
    String bootstrapServers,
    String run,
    String ingestTopic,
    Duration decisionWait,
    long rememberedTraces,
    long maxOpenTraces,
    int shards)
    implements CollectorProcess.Configuration {
  /** Name of the policy document of both contenders. */
  static final String POLICIES = "bench-compared";

  @Override
  public String text(int metricsPort) throws IOException {
    // Older versions do not know the setting.
    String shardLine = shards > 1 ? "    num_shards: " + shards + "\n" : "";
    return """
        receivers:
          kafka:
            brokers: ["%1$s"]
            group_id: "%2$s"
            initial_offset: earliest
            max_fetch_size: 52428800 # as the Java client
            max_partition_fetch_size: 1048576
            traces: {topics: ["%3$s"], encoding: otlp_proto}
        processors:
          tail_sampling:
            decision_wait: %4$ds
            num_traces: %5$d
        %6$s    decision_cache: {sampled_cache_size: %7$d, non_sampled_cache_size: %7$d}
        %8$s
        """
            .formatted(
                bootstrapServers,
                run,
                ingestTopic,
                decisionWait.toSeconds(),
                maxOpenTraces,
                shardLine,
                rememberedTraces,
                InstanceSettings.document(POLICIES).indent(4).stripTrailing())
        + new CollectorOutput(
                bootstrapServers,
                InstanceSettings.export(run),
                "enabled: true, block_on_overflow: true", // the default drops traces
                "receivers: [kafka], processors: [tail_sampling]")
            .text(metricsPort);
  }
}
