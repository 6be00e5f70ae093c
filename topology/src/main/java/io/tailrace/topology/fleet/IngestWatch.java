package io.tailrace.topology.fleet;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tailrace.topology.config.IngestTopics;
import io.tailrace.topology.config.StartException;
import io.tailrace.topology.kafka.BackgroundLoops;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Detects, in the background, topics that match the patterns of {@code topics.ingest} but are not
 * read, as they were created after the start of the fleet.
 */
public final class IngestWatch {
  private static final Logger LOG = LoggerFactory.getLogger(IngestWatch.class);
  private static final Duration INTERVAL = Duration.ofMinutes(1);

  private final IngestTopics ingest;
  private final Supplier<Set<String>> topics;
  private volatile Set<String> unread = Set.of();

  /**
   * @param ingest patterns with the matching topics at the start
   * @param topics supplier of the existing topics, without Tailrace's own
   */
  public IngestWatch(IngestTopics ingest, Supplier<Set<String>> topics, MeterRegistry registry) {
    this.ingest = ingest;
    this.topics = topics;
    Gauge.builder("tailrace.ingest.unread.topics", this, watch -> watch.unread.size())
        .description("Topics matching topics.ingest and created after the start of the fleet")
        .register(registry);
  }

  public void start(BackgroundLoops loops) {
    if (ingest.hasPatterns()) {
      loops.start(
          "tailrace-ingest-watch",
          Duration.ZERO,
          () -> {
            look();
            return INTERVAL;
          });
    }
  }

  void look() {
    try {
      Set<String> now = new TreeSet<>();
      ingest.matching(topics.get()).forEach(topic -> now.add(topic.name()));
      List<String> read = ingest.names();
      now.removeIf(read::contains);
      if (!now.isEmpty() && !now.equals(unread)) {
        LOG.atWarn()
            .log(
                "topics.ingest matches topics that are not read until all instances were stopped"
                    + " and started: {}",
                String.join(", ", now));
      }
      unread = now;
    } catch (KafkaException | StartException e) {
      // The broker is unavailable, which the consumers log, or the instance is closing.
      LOG.atDebug().setCause(e).log("cannot query topics");
    }
  }
}
