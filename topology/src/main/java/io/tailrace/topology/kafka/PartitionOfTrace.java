package io.tailrace.topology.kafka;

import io.tailrace.serdes.TraceId;
import io.tailrace.topology.config.Settings;
import io.tailrace.topology.config.TailraceConfig;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.utils.Utils;

/**
 * Determines the possible partitions of a trace in the source topic.
 *
 * @param split whether the splitter wrote the topic, so that there is exactly one partition;
 *     otherwise the partitioner is unknown
 */
public record PartitionOfTrace(boolean split, int partitions) {
  /** Returns the splitter's partition of a trace, equal to that of Java producers for its key. */
  public static int of(byte[] key, int partitions) {
    return Utils.toPositive(Utils.murmur2(key)) % partitions;
  }

  public static PartitionOfTrace of(TailraceConfig config, Topics.Source source) {
    return new PartitionOfTrace(config.get(Settings.UNKEYED), source.partitions());
  }

  public Set<Integer> candidates(TraceId trace) {
    return split
        ? Set.of(of(trace.toKey(), partitions))
        : IntStream.range(0, partitions).boxed().collect(Collectors.toSet());
  }
}
