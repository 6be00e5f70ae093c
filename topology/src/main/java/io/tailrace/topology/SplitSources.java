package io.tailrace.topology;

import java.util.List;

/**
 * The ingest partitions whose watermarks say what is due. They are numbered topic by topic, with
 * room for each topic to grow: those of the first have their own numbers.
 *
 * @param partitions how many each ingest topic has; none in keyed mode, where the source topic's
 *     own records say what is due
 */
record SplitSources(List<Integer> partitions) {
  static final int MAX_TOPICS = 16;
  private static final int PARTITION_BITS = 16;

  /** Of keyed mode. */
  static final SplitSources NONE = new SplitSources(List.of());

  static SplitSources of(TailraceConfig config, Topics.Source source) {
    return config.get(Settings.UNKEYED) ? new SplitSources(source.ingestPartitions()) : NONE;
  }

  boolean isEmpty() {
    return partitions.isEmpty();
  }

  int topics() {
    return partitions.size();
  }

  /** The number of a partition, which is what its watermarks say. */
  static int number(int topic, int partition) {
    return topic << PARTITION_BITS | partition;
  }

  static int topic(int number) {
    return number >>> PARTITION_BITS;
  }

  static int partition(int number) {
    return number & (1 << PARTITION_BITS) - 1;
  }
}
