package io.tailrace.topology.kafka;

import io.tailrace.serdes.TraceId;
import io.tailrace.topology.config.IngestMode;
import io.tailrace.topology.config.TailraceConfig;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.utils.Utils;

/**
 * Which partitions of the source topic a trace may be on.
 *
 * @param mode unkeyed, our own splitter wrote the topic, so there is just one; keyed, producers
 *     did, by a partitioner that is not known
 */
public record PartitionOfTrace(IngestMode mode, int partitions) {
  /** The partition that the splitter gives a trace: the one that Java's producers give its key. */
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
