package io.tailrace.topology.kafka;

import io.tailrace.topology.config.IngestMode;
import io.tailrace.topology.config.Settings;
import io.tailrace.topology.config.StartException;
import io.tailrace.topology.config.TailraceConfig;
import io.tailrace.topology.config.TopicNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates the topics that are missing and checks those that are there, once, at the start. */
public final class Topics {
  private static final Logger LOG = LoggerFactory.getLogger(Topics.class);

  /** Retention must be this many decision waits: open traces are read from the log again. */
  public static final int WAITS_IN_RETENTION = 10;

  /** Room for what a record gains on its way: the key, a resource of its own. */
  private static final int RECORD_GROWTH_BYTES = 64 << 10;

  private static final int HISTORY_RECORD_BYTES = 8 << 20;
  private static final Duration STATUS_KEPT = Duration.ofHours(1);
  private static final Duration STATUS_SEGMENT = Duration.ofMinutes(10);

  private final Admin admin;
  private final TailraceConfig config;
  private final TopicNames names;
  private final List<String> faults = new ArrayList<>();

  public Topics(Admin admin, TailraceConfig config) {
    this.admin = admin;
    this.config = config;
    this.names = config.topics();
  }

  /**
   * What is known of the source topic once all is well.
   *
   * @param ingestPartitions how many each ingest topic has
   */
  public record Source(
      List<Integer> ingestPartitions, int partitions, Optional<Duration> retention) {
    private static Source of(List<Existing> ingest, Existing source) {
      Optional<Duration> retention = source.retention();
      for (Existing topic : ingest) {
        retention = longer(retention, topic.retention());
      }
      return new Source(
          ingest.stream().map(Existing::partitions).toList(), source.partitions(), retention);
    }

    /** All partitions that a fleet of this configuration reads. */
    public Set<TopicPartition> partitionsOf(TailraceConfig config) {
      Set<TopicPartition> all = new HashSet<>();
      List<String> ingest = config.ingest().names();
      for (int i = 0; i < ingest.size(); i++) {
        for (int partition = 0; partition < ingestPartitions.get(i); partition++) {
          all.add(new TopicPartition(ingest.get(i), partition));
        }
      }
      for (int partition = 0; partition < partitions; partition++) {
        all.add(new TopicPartition(config.sourceTopic(), partition));
      }
      return all;
    }
  }

  /**
   * Creates and checks.
   *
   * @throws StartException with all that is wrong and how to mend it
   */
  public Source ensure() {
    Map<String, String> stream = streamConfig();
    List<Existing> ingest = new ArrayList<>();
    for (String topic : config.ingest().names()) {
      Existing existing =
          config.ingest().names(topic)
              ? ensure(topic, config.get(Settings.TOPICS_PARTITIONS), stream)
              : found(topic);
      if (existing != null) {
        ingest.add(existing);
      }
    }
    Map<String, String> grown = ingest.isEmpty() ? stream : downstreamOf(ingest, stream);
    int partitions =
        ingest.stream()
            .mapToInt(Existing::partitions)
            .max()
            .orElse(config.get(Settings.TOPICS_PARTITIONS));
    Existing source = ingest.isEmpty() ? null : ingest.get(0);
    if (config.ingestMode() == IngestMode.UNKEYED) {
      source = ensure(names.spansByTrace(), partitions, grown);
      ingest.forEach(this::checkRetention);
      checkRecordLimit(source, ingest);
    }
    checkRetention(source);
    warnOfRecordLimit(ensure(names.export(), partitions, grown), ingest);
    warnOfRecordLimit(ensure(names.deadLetters(), 1, grown), ingest);
    names.decisions().ifPresent(topic -> ensure(topic, partitions, stream));
    checkPolicies(
        ensure(
            names.policies(),
            1,
            Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT)));
    if (!faults.isEmpty() || source == null) {
      throw new StartException(String.join(System.lineSeparator(), faults));
    }
    return Source.of(ingest, source);
  }

  /**
   * Creates an ingest topic if it is missing, for who only writes to it.
   *
   * @return how large a record on it may be, in bytes
   * @throws StartException if it is not as it must be
   */
  public long ensureIngest(String topic) {
    Existing ingest = ensure(topic, config.get(Settings.TOPICS_PARTITIONS), streamConfig());
    if (ingest == null) {
      throw new StartException(String.join(System.lineSeparator(), faults));
    }
    return ingest.number(TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
  }

  /**
   * The same of topics that are there: nothing is made, nothing is checked.
   *
   * @throws StartException if one is missing
   */
  public Source look() {
    List<Existing> ingest = config.ingest().names().stream().map(this::existing).toList();
    return Source.of(
        ingest,
        config.ingestMode() == IngestMode.UNKEYED ? existing(names.spansByTrace()) : ingest.get(0));
  }

  /**
   * The same of the topics by which traces are kept on request.
   *
   * @return partitions of the requests' topic
   * @throws StartException if one is missing
   */
  public int lookForKeep() {
    existing(config.get(Settings.TOPIC_KEEP_RESULTS));
    return existing(config.get(Settings.TOPIC_KEEP)).partitions();
  }

  /** A topic that a pattern stands for is never made. */
  private Existing found(String name) {
    Existing existing = describe(name);
    if (existing == null) {
      faults.add(
          "topic %s: deleted (expected: it exists, since topics.ingest matched it; start again)"
              .formatted(name));
    }
    return existing;
  }

  private Existing existing(String name) {
    Existing existing = describe(name);
    if (existing == null) {
      throw new StartException(
          "topic %s: missing (expected: it exists, for an instance has run)".formatted(name));
    }
    return existing;
  }

  /**
   * Creates what is missing of the topics that an instance reports to. Sampling goes without them:
   * what is wrong with them is told in the log.
   */
  public ReportTopics ensureReports() {
    Map<String, String> history = new LinkedHashMap<>();
    history.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
    // A document in JSON is longer than it was: room for any that the config topic takes.
    history.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(HISTORY_RECORD_BYTES));
    Map<String, String> status = new LinkedHashMap<>();
    // Compacted, and what an instance that crashed has left goes in time: the others write again.
    status.put(TopicConfig.CLEANUP_POLICY_CONFIG, "compact,delete");
    status.put(TopicConfig.RETENTION_MS_CONFIG, Long.toString(STATUS_KEPT.toMillis()));
    status.put(TopicConfig.SEGMENT_MS_CONFIG, Long.toString(STATUS_SEGMENT.toMillis()));
    return new ReportTopics(
        report(config.get(Settings.TOPIC_STATUS), status),
        report(config.get(Settings.TOPIC_POLICY_HISTORY), history));
  }

  /**
   * Creates what is missing of the topics by which traces are kept on request. Sampling goes
   * without them: what is wrong with them is told in the log.
   *
   * @return whether they can be used
   */
  public boolean ensureKeep(Source source) {
    String requests = config.get(Settings.TOPIC_KEEP);
    String results = config.get(Settings.TOPIC_KEEP_RESULTS);
    faults.clear();
    try {
      Existing there = ensure(requests, source.partitions(), streamConfig());
      if (there != null && there.partitions() != source.partitions()) {
        faults.add(
            "topic %s: %d partitions (expected: %d, as many as %s has); create it anew"
                .formatted(
                    requests, there.partitions(), source.partitions(), config.sourceTopic()));
      }
      Existing answers = ensure(results, 1, streamConfig());
      // A transaction that is refused a topic would end the sampling.
      if (answers != null && !answers.isAllowed(AclOperation.WRITE)) {
        faults.add("topic %s: may not be written (expected: the right to)".formatted(results));
      }
    } catch (StartException e) {
      faults.add(e.getMessage());
    }
    faults.forEach(
        fault -> LOG.atWarn().log("no traces are kept on request, sampling goes on: {}", fault));
    return faults.isEmpty();
  }

  private Optional<String> report(String name, Map<String, String> topicConfig) {
    faults.clear();
    try {
      checkPolicies(ensure(name, 1, topicConfig));
    } catch (StartException e) {
      faults.add(e.getMessage());
    }
    faults.forEach(fault -> LOG.atWarn().log("not reported, sampling goes on: {}", fault));
    return faults.isEmpty() ? Optional.of(name) : Optional.empty();
  }

  private static Optional<Duration> longer(Optional<Duration> one, Optional<Duration> other) {
    if (one.isEmpty() || other.isEmpty()) {
      return Optional.empty();
    }
    return one.get().compareTo(other.get()) > 0 ? one : other;
  }

  /**
   * Records that are made of ingest's carry its times and may be read late in its retention: theirs
   * is twice as long. They are a little larger, too.
   */
  private Map<String, String> downstreamOf(List<Existing> ingest, Map<String, String> stream) {
    Map<String, String> grown = new LinkedHashMap<>(stream);
    grown.put(
        TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
        Long.toString(largestRecord(ingest) + RECORD_GROWTH_BYTES));
    Optional<Duration> kept = ingest.get(0).retention();
    for (Existing topic : ingest) {
      kept = longer(kept, topic.retention());
    }
    long configured = config.get(Settings.TOPICS_RETENTION).toMillis();
    long retention =
        kept.map(longest -> Math.max(configured, longest.multipliedBy(2).toMillis())).orElse(-1L);
    grown.put(TopicConfig.RETENTION_MS_CONFIG, Long.toString(retention));
    return grown;
  }

  private static long largestRecord(List<Existing> topics) {
    return topics.stream()
        .mapToLong(topic -> topic.number(TopicConfig.MAX_MESSAGE_BYTES_CONFIG))
        .max()
        .orElse(0);
  }

  /** The shuffle must take what came in, or ingest stands still. */
  private void checkRecordLimit(Existing topic, List<Existing> ingest) {
    tooNarrow(topic, ingest).ifPresent(faults::add);
  }

  /** A record that the topic does not take becomes a dead letter. */
  private void warnOfRecordLimit(Existing topic, List<Existing> ingest) {
    tooNarrow(topic, ingest).ifPresent(LOG::warn);
  }

  private Optional<String> tooNarrow(Existing topic, List<Existing> ingest) {
    if (topic == null || ingest.isEmpty()) {
      return Optional.empty();
    }
    long needed = largestRecord(ingest);
    if (topic.name().equals(names.export())) {
      needed = Math.max(needed, config.get(Settings.MAX_EXPORT_RECORD));
    }
    long limit = topic.number(TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
    return limit >= needed
        ? Optional.empty()
        : Optional.of(
            ("topic %s: max.message.bytes %d (expected: at least %d, or a record that came in cannot go out);"
                    + " raise it with kafka-configs --alter --entity-type topics --entity-name %s"
                    + " --add-config max.message.bytes=%d")
                .formatted(
                    topic.name(), limit, needed, topic.name(), needed + RECORD_GROWTH_BYTES));
  }

  private Map<String, String> streamConfig() {
    Map<String, String> stream = new LinkedHashMap<>();
    stream.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE);
    stream.put(
        TopicConfig.RETENTION_MS_CONFIG,
        Long.toString(config.get(Settings.TOPICS_RETENTION).toMillis()));
    return stream;
  }

  private void checkRetention(Existing topic) {
    if (topic == null) {
      return;
    }
    if (!topic.text(TopicConfig.CLEANUP_POLICY_CONFIG).equals(TopicConfig.CLEANUP_POLICY_DELETE)) {
      faults.add(
          "topic %s: cleanup.policy %s (expected: delete; compaction would remove spans of open traces)"
              .formatted(topic.name(), topic.text(TopicConfig.CLEANUP_POLICY_CONFIG)));
    }
    if (topic.retention().isEmpty()) {
      return;
    }
    Duration needed = config.get(Settings.DECISION_WAIT).multipliedBy(WAITS_IN_RETENTION);
    if (topic.retention().get().compareTo(needed) < 0) {
      faults.add(
          "topic %s: retention.ms %d (expected: at least %d, %d times decision_wait, for open traces are"
                  .formatted(
                      topic.name(),
                      topic.retention().get().toMillis(),
                      needed.toMillis(),
                      WAITS_IN_RETENTION)
              + " read from it again after a crash); raise it with kafka-configs --alter --entity-type topics"
              + " --entity-name %s --add-config retention.ms=%d"
                  .formatted(topic.name(), config.get(Settings.TOPICS_RETENTION).toMillis()));
    }
  }

  private void checkPolicies(Existing topic) {
    if (topic == null) {
      return;
    }
    if (!topic.text(TopicConfig.CLEANUP_POLICY_CONFIG).contains("compact")) {
      faults.add(
          ("topic %s: cleanup.policy %s (expected: compact, or the policies expire); mend it with"
                  + " kafka-configs --alter --entity-type topics --entity-name %s"
                  + " --add-config cleanup.policy=compact")
              .formatted(
                  topic.name(), topic.text(TopicConfig.CLEANUP_POLICY_CONFIG), topic.name()));
    }
    if (topic.partitions() != 1) {
      faults.add(
          "topic %s: %d partitions (expected: 1, so that policy versions have one order); create it anew"
              .formatted(topic.name(), topic.partitions()));
    }
  }

  private Existing ensure(String name, int partitions, Map<String, String> topicConfig) {
    Existing existing = describe(name);
    if (existing != null) {
      return existing;
    }
    if (!config.get(Settings.TOPICS_CREATE)) {
      faults.add("topic %s: missing (expected: it exists, or topics.create: true)".formatted(name));
      return null;
    }
    short replication = config.get(Settings.TOPICS_REPLICATION).shortValue();
    try {
      admin
          .createTopics(List.of(new NewTopic(name, partitions, replication).configs(topicConfig)))
          .all()
          .get();
      LOG.atInfo()
          .addKeyValue("topic", name)
          .addKeyValue("partitions", partitions)
          .log("created topic");
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) { // another instance was faster
        throw refused("topic " + name + ": cannot be created: ", e);
      }
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
    return awaitCreated(name);
  }

  /**
   * A producer whose first batch meets a leader that does not know yet that it is one may stay out
   * of sequence with the next ones, for ever.
   */
  private boolean leadersAnswer(String name, int partitions) {
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    for (int partition = 0; partition < partitions; partition++) {
      ends.put(new TopicPartition(name, partition), OffsetSpec.latest());
    }
    try {
      admin.listOffsets(ends).all().get();
      return true;
    } catch (ExecutionException e) {
      if (e.getCause()
          instanceof UnknownTopicOrPartitionException) { // to the broker that was asked
        return false;
      }
      throw refused("topic " + name + ": created, but its leaders do not answer: ", e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** A topic that was just created is not known to every broker at once. */
  private Existing awaitCreated(String name) {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (System.nanoTime() < deadline) {
      Existing created = describe(name);
      if (created != null && leadersAnswer(name, created.partitions())) {
        return created;
      }
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
    }
    throw new StartException("topic " + name + ": created, but not there after 30s");
  }

  private Existing describe(String name) {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, name);
    try {
      TopicDescription description =
          admin
              .describeTopics(
                  List.of(name), new DescribeTopicsOptions().includeAuthorizedOperations(true))
              .allTopicNames()
              .get()
              .get(name);
      Config topicConfig = admin.describeConfigs(List.of(resource)).all().get().get(resource);
      return new Existing(
          name, description.partitions().size(), topicConfig, description.authorizedOperations());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return null;
      }
      throw refused("topic " + name + ": cannot be described: ", e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static StartException refused(String what, ExecutionException e) {
    String why = KafkaFaults.explain(e).orElseGet(() -> e.getCause().toString());
    return new StartException(what + why, e);
  }

  private static StartException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new StartException("interrupted while looking at the topics", e);
  }

  /**
   * @param rights of the one who asks; null if the broker does not say
   */
  private record Existing(String name, int partitions, Config config, Set<AclOperation> rights) {
    boolean isAllowed(AclOperation operation) {
      return rights == null || rights.contains(operation);
    }

    String text(String key) {
      return config.get(key).value();
    }

    long number(String key) {
      return Long.parseLong(text(key));
    }

    /** Empty if records are kept for ever. */
    Optional<Duration> retention() {
      long millis = number(TopicConfig.RETENTION_MS_CONFIG);
      return millis < 0 ? Optional.empty() : Optional.of(Duration.ofMillis(millis));
    }
  }
}
