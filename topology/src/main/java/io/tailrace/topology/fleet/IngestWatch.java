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
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices, in the background, topics that the patterns of {@code topics.ingest} match and nobody
 * reads: they came after the fleet had started.
 */
public final class IngestWatch {
  private static final Logger LOG = LoggerFactory.getLogger(IngestWatch.class);
  private static final Duration INTERVAL = Duration.ofMinutes(1);

  private final IngestTopics ingest;
  private final Supplier<Set<String>> topics;
  private final AtomicReference<Set<String>> unread = new AtomicReference<>(Set.of());

  /**
   * @param ingest with what its patterns stood for at the start
   * @param topics those that there are now, without Tailrace's own
   */
  public IngestWatch(IngestTopics ingest, Supplier<Set<String>> topics, MeterRegistry registry) {
    this.ingest = ingest;
    this.topics = topics;
    Gauge.builder("tailrace.ingest.unread.topics", unread, names -> names.get().size())
        .description("Topics that topics.ingest matches and that came after the fleet had started")
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
      if (!now.isEmpty() && !now.equals(unread.get())) {
        LOG.atWarn()
            .log(
                "topics.ingest matches topics that are not read until all instances were stopped"
                    + " and started: {}",
                String.join(", ", now));
      }
      unread.set(now);
    } catch (KafkaException | StartException e) {
      // The broker is away, or the instance is closing: the consumers tell of the first.
      LOG.atDebug().setCause(e).log("cannot look for topics");
    }
  }
}
