package io.tailrace.topology.kafka;

import io.tailrace.topology.config.IngestMode;
import io.tailrace.topology.config.IngestTopic;
import io.tailrace.topology.config.IngestTopics;
import io.tailrace.topology.config.StartException;
import io.tailrace.topology.config.TailraceConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The ingest topics whose watermarks determine which traces are due.
 *
 * @param topics empty in keyed mode, where the records of the source topic determine it
 */
public record SplitSources(List<SplitSource> topics) {
  /** For keyed mode. */
  public static final SplitSources NONE = new SplitSources(List.of());

  public SplitSources {
    topics = List.copyOf(topics);
    refuseSharedNumbers(topics);
  }

  public static SplitSources of(TailraceConfig config, Topics.Source source) {
    if (config.ingestMode() == IngestMode.KEYED) {
      return NONE;
    }
    IngestTopics ingest = config.ingest();
    List<SplitSource> sources = new ArrayList<>();
    for (int i = 0; i < ingest.all().size(); i++) {
      IngestTopic topic = ingest.all().get(i);
      int partitions = source.ingestPartitions().get(i);
      sources.add(
          ingest.isSoleTopic()
              ? SplitSource.sole(topic, partitions)
              : SplitSource.oneOfSeveral(topic, partitions));
    }
    return new SplitSources(sources);
  }

  /** The mode that they are of. */
  public IngestMode mode() {
    return topics.isEmpty() ? IngestMode.KEYED : IngestMode.UNKEYED;
  }

  private static void refuseSharedNumbers(List<SplitSource> topics) {
    Map<Long, SplitSource> byNumber = new HashMap<>();
    for (SplitSource source : topics) {
      SplitSource other = byNumber.putIfAbsent(source.firstNumber(), source);
      if (other != null) {
        throw new StartException(
            "topics.ingest: %s and %s have the same number (expected: names with different SHA-256); rename one"
                .formatted(other.topic().name(), source.topic().name()));
      }
    }
  }
}
