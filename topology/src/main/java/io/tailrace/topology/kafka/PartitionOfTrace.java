package io.tailrace.topology.kafka;

import io.tailrace.serdes.TraceId;
import io.tailrace.topology.config.IngestMode;
import io.tailrace.topology.config.TailraceConfig;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.utils.Utils;

/**
 * Determines the possible partitions of a trace in the source topic.
 *
 * @param mode in unkeyed mode, the splitter wrote the topic, so there is exactly one partition; in
 *     keyed mode, the partitioner is unknown
 */
public record PartitionOfTrace(IngestMode mode, int partitions) {
  /** Returns the splitter's partition of a trace, equal to that of Java producers for its key. */
  public static int of(byte[] key, int partitions) {
    return Utils.toPositive(Utils.murmur2(key)) % partitions;
  }

  public static PartitionOfTrace of(TailraceConfig config, Topics.Source source) {
    return new PartitionOfTrace(config.ingestMode(), source.partitions());
  }

  /** Whether a trace can be on one partition only. */
  public boolean isOne() {
    return mode == IngestMode.UNKEYED;
  }

  public Set<Integer> candidates(TraceId trace) {
    return isOne()
        ? Set.of(of(trace.toKey(), partitions))
        : IntStream.range(0, partitions).boxed().collect(Collectors.toSet());
  }
}
