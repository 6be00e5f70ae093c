package io.tailrace.topology.fleet;

import io.tailrace.topology.config.IngestTopic;
import io.tailrace.topology.config.StartException;
import io.tailrace.topology.config.TailraceConfig;
import io.tailrace.topology.kafka.ClientProperties;
import io.tailrace.topology.kafka.KafkaFaults;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Resolves the patterns of {@code topics.ingest} to topics once. All instances must read the same
 * topics, so an instance uses the topics of the running ones.
 */
public final class IngestLookup {
  private static final Logger LOG = LoggerFactory.getLogger(IngestLookup.class);
  private static final Duration POLL = Duration.ofMillis(500);

  /** Time until the broker detects the end of a session. */
  private static final Duration BEYOND_SESSION = Duration.ofSeconds(2);

  private final Admin admin;
  private final TailraceConfig config;

  public IngestLookup(Admin admin, TailraceConfig config) {
    this.admin = admin;
    this.config = config;
  }

  /**
   * Resolves the patterns for a starting instance.
   *
   * @throws StartException if a pattern matches nothing, there are too many topics, or running
   *     instances have another setting
   */
  public TailraceConfig forInstance() {
    if (!config.ingest().hasPatterns()) {
      return config;
    }
    Set<String> topics = topics(admin, config);
    IngestChoice choice = new IngestChoice(config.ingest(), topics);
    List<IngestTopic> matched = choice.own();
    Optional<List<String>> fleet = fleet(this::untilSure, choice);
    if (fleet.isPresent() && choice.differs(fleet.get())) {
      matched = choice.of(fleet.get());
      LOG.atInfo().log(
          "topics.ingest: using the topics of the running instances"); // the watch names the rest
    }
    return reading(matched);
  }

  /**
   * Resolves the patterns for a command that reads the fleet's output. Without running instances,
   * uses all matching topics.
   */
  public TailraceConfig forCommand() {
    if (!config.ingest().hasPatterns()) {
      return config;
    }
    IngestChoice choice = new IngestChoice(config.ingest(), topics(admin, config));
    Optional<List<String>> fleet =
        fleet((status, theirs) -> IngestChoice.read(status.poll(Duration.ZERO)), choice);
    return reading(fleet.isPresent() ? choice.of(fleet.get()) : choice.own());
  }

  private TailraceConfig reading(List<IngestTopic> matched) {
    TailraceConfig found = config.reading(matched);
    LOG.atInfo().log("topics.ingest: reading {}", String.join(", ", found.ingest().names()));
    return found;
  }

  /**
   * Returns the topics that a pattern may match, as far as they are visible to this client.
   *
   * @throws KafkaException if no broker answers
   */
  public static Set<String> topics(Admin admin, TailraceConfig config) {
    try {
      Set<String> topics = new TreeSet<>(admin.listTopics().names().get()); // no internal ones
      topics.removeIf(config::isOwnTopic);
      return topics;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException refused ? refused : new KafkaException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("interrupted while looking for topics", e);
    }
  }

  /** Query for the topics of the running instances. */
  private interface Reading {
    Optional<List<String>> of(FleetStatus status, IngestChoice choice);
  }

  private Optional<List<String>> fleet(Reading reading, IngestChoice choice) {
    try (FleetStatus status = new FleetStatus(config)) {
      return reading.of(status, choice);
    } catch (KafkaException | StartException e) {
      LOG.atWarn()
          .log(
              "topics.ingest: cannot ask the running instances what they read, taking what there"
                  + " is: {}",
              KafkaFaults.explain(e).orElseGet(e::getMessage));
      return Optional.empty();
    }
  }

  private Optional<List<String>> untilSure(FleetStatus status, IngestChoice choice) {
    Duration patience = new ClientProperties(config).sessionTimeout().plus(BEYOND_SESSION);
    long end = System.nanoTime() + patience.toNanos();
    return untilSure(() -> status.poll(POLL), choice, () -> System.nanoTime() - end >= 0);
  }

  /** A killed instance remains a member of the group until its session ends. */
  static Optional<List<String>> untilSure(
      Supplier<List<FleetStatus.Instance>> fleet, IngestChoice choice, Supplier<Boolean> isSure) {
    Optional<List<String>> theirs = IngestChoice.read(fleet.get());
    if (theirs.isPresent() && choice.differs(theirs.get())) {
      LOG.atInfo().log("topics.ingest: checking whether instances with other topics run");
    }
    while (theirs.isPresent() && choice.differs(theirs.get()) && !isSure.get()) {
      theirs = IngestChoice.read(fleet.get());
    }
    return theirs;
  }
}
