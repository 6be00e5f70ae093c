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
import java.util.Objects;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates missing topics and checks existing ones, once at start. */
public final class Topics {
  private static final Logger LOG = LoggerFactory.getLogger(Topics.class);

  /** Minimum retention in decision waits, because open traces are restored from the log. */
  public static final int WAITS_IN_RETENTION = 10;

  /** Allowed growth of a record: its key and its own resource. */
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
   * Properties of the source topic after successful checks.
   *
   * @param ingestPartitions number of partitions of each ingest topic
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

    /** Returns all partitions that a fleet with this configuration reads. */
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
   * Creates and checks the topics.
   *
   * @throws StartException with all faults and required actions
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
   * Creates a missing ingest topic for a process that only writes to it.
   *
   * @return maximum size of its records, in bytes
   * @throws StartException if the topic is not usable
   */
  public long ensureIngest(String topic) {
    Existing ingest = ensure(topic, config.get(Settings.TOPICS_PARTITIONS), streamConfig());
    if (ingest == null) {
      throw new StartException(String.join(System.lineSeparator(), faults));
    }
    return ingest.number(TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
  }

  /**
   * Returns the properties of existing topics. Creates and checks nothing.
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
   * Looks up the topics of keep requests.
   *
   * @return number of partitions of the request topic
   * @throws StartException if one is missing
   */
  public int lookForKeep() {
    existing(config.get(Settings.TOPIC_KEEP_RESULTS));
    return existing(config.get(Settings.TOPIC_KEEP)).partitions();
  }

  /** Looks up a topic that matches a pattern. Such topics are never created. */
  private @Nullable Existing found(String name) {
    Existing existing = describe(name);
    if (existing == null) {
      faults.add(
          "topic %s: deleted (expected: exists, because topics.ingest matched it; restart)"
              .formatted(name));
    }
    return existing;
  }

  private Existing existing(String name) {
    Existing existing = describe(name);
    if (existing == null) {
      throw new StartException(
          "topic %s: missing (expected: exists after the first start of an instance, or another %s)"
              .formatted(name, config.settingOf(name)));
    }
    return existing;
  }

  /** Creates missing topics for reports. Sampling works without them; faults are logged. */
  public ReportTopics ensureReports() {
    Map<String, String> history = new LinkedHashMap<>();
    history.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
    // JSON enlarges a document: leaves room for every document of the config topic.
    history.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(HISTORY_RECORD_BYTES));
    Map<String, String> status = new LinkedHashMap<>();
    // Compacted. Deletion removes statuses of crashed instances; others repeat theirs.
    status.put(TopicConfig.CLEANUP_POLICY_CONFIG, "compact,delete");
    status.put(TopicConfig.RETENTION_MS_CONFIG, Long.toString(STATUS_KEPT.toMillis()));
    status.put(TopicConfig.SEGMENT_MS_CONFIG, Long.toString(STATUS_SEGMENT.toMillis()));
    return new ReportTopics(
        report(config.get(Settings.TOPIC_STATUS), status),
        report(config.get(Settings.TOPIC_POLICY_HISTORY), history));
  }

  /**
   * Creates missing topics for keep requests. Sampling works without them; faults are logged.
   *
   * @return what the instance may do with them
   */
  public KeepAccess ensureKeep(Source source) {
    String requests = config.get(Settings.TOPIC_KEEP);
    String results = config.get(Settings.TOPIC_KEEP_RESULTS);
    boolean mayWrite = false;
    faults.clear();
    try {
      Existing there = ensure(requests, source.partitions(), streamConfig());
      if (there != null && there.partitions() != source.partitions()) {
        faults.add(
            "topic %s: %d partitions (expected: %d, like %s); recreate it"
                .formatted(
                    requests, there.partitions(), source.partitions(), config.sourceTopic()));
      }
      Existing answers = ensure(results, 1, streamConfig());
      // A transaction without access to a topic would end the sampling.
      if (answers != null && !answers.isAllowed(AclOperation.WRITE)) {
        faults.add(writeDenied(results));
      }
      mayWrite = there == null || there.isAllowed(AclOperation.WRITE);
    } catch (StartException e) {
      faults.add(e.getMessage());
    }
    faults.forEach(
        fault -> LOG.atWarn().log("keep requests are not served, sampling continues: {}", fault));
    if (!faults.isEmpty()) {
      return KeepAccess.NONE;
    }
    if (!mayWrite) {
      LOG.atInfo().log("links of kept traces are not followed: {}", writeDenied(requests));
    }
    return mayWrite ? KeepAccess.SERVE_AND_REQUEST : KeepAccess.SERVE;
  }

  private static String writeDenied(String topic) {
    return "topic %s: write access denied (expected: allowed)".formatted(topic);
  }

  private Optional<String> report(String name, Map<String, String> topicConfig) {
    faults.clear();
    try {
      checkPolicies(ensure(name, 1, topicConfig));
    } catch (StartException e) {
      faults.add(e.getMessage());
    }
    faults.forEach(
        fault -> LOG.atWarn().log("reports are not written, sampling continues: {}", fault));
    return faults.isEmpty() ? Optional.of(name) : Optional.empty();
  }

  private static Optional<Duration> longer(Optional<Duration> one, Optional<Duration> other) {
    if (one.isEmpty() || other.isEmpty()) {
      return Optional.empty();
    }
    return one.get().compareTo(other.get()) > 0 ? one : other;
  }

  /**
   * Returns settings of downstream topics. Their records have the timestamps of ingest records,
   * which can be read late in the retention, so their retention is twice as long. Their records are
   * slightly larger.
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

  /** Checks that the shuffle accepts every ingest record. Otherwise ingest would stop. */
  private void checkRecordLimit(@Nullable Existing topic, List<Existing> ingest) {
    tooNarrow(topic, ingest).ifPresent(faults::add);
  }

  /** Warns that records above the limit become dead letters. */
  private void warnOfRecordLimit(@Nullable Existing topic, List<Existing> ingest) {
    tooNarrow(topic, ingest).ifPresent(LOG::warn);
  }

  private Optional<String> tooNarrow(@Nullable Existing topic, List<Existing> ingest) {
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
            ("topic %s: max.message.bytes %d (expected: at least %d, otherwise some ingest records cannot be written);"
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

  private void checkRetention(@Nullable Existing topic) {
    if (topic == null) {
      return;
    }
    if (!topic.text(TopicConfig.CLEANUP_POLICY_CONFIG).equals(TopicConfig.CLEANUP_POLICY_DELETE)) {
      faults.add(
          "topic %s: cleanup.policy %s (expected: delete; compaction removes spans of open traces)"
              .formatted(topic.name(), topic.text(TopicConfig.CLEANUP_POLICY_CONFIG)));
    }
    if (topic.retention().isEmpty()) {
      return;
    }
    Duration needed = config.get(Settings.DECISION_WAIT).multipliedBy(WAITS_IN_RETENTION);
    if (topic.retention().get().compareTo(needed) < 0) {
      faults.add(
          "topic %s: retention.ms %d (expected: at least %d, %d times decision_wait, because open traces are"
                  .formatted(
                      topic.name(),
                      topic.retention().get().toMillis(),
                      needed.toMillis(),
                      WAITS_IN_RETENTION)
              + " restored from it after a crash); raise it with kafka-configs --alter --entity-type topics"
              + " --entity-name %s --add-config retention.ms=%d"
                  .formatted(topic.name(), config.get(Settings.TOPICS_RETENTION).toMillis()));
    }
  }

  private void checkPolicies(@Nullable Existing topic) {
    if (topic == null) {
      return;
    }
    if (!topic.text(TopicConfig.CLEANUP_POLICY_CONFIG).contains("compact")) {
      faults.add(
          ("topic %s: cleanup.policy %s (expected: compact, otherwise policies expire); change it with"
                  + " kafka-configs --alter --entity-type topics --entity-name %s"
                  + " --add-config cleanup.policy=compact")
              .formatted(
                  topic.name(), topic.text(TopicConfig.CLEANUP_POLICY_CONFIG), topic.name()));
    }
    if (topic.partitions() != 1) {
      faults.add(
          "topic %s: %d partitions (expected: 1, for one order of policy versions); recreate it"
              .formatted(topic.name(), topic.partitions()));
    }
  }

  private @Nullable Existing ensure(String name, int partitions, Map<String, String> topicConfig) {
    Existing existing = describe(name);
    if (existing != null) {
      return existing;
    }
    if (!config.get(Settings.TOPICS_CREATE)) {
      faults.add(
          "topic %s: missing (expected: exists, or topics.create: true, or another %s)"
              .formatted(name, config.settingOf(name)));
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
      if (!(e.getCause() instanceof TopicExistsException)) { // another instance created it first
        throw refused("topic " + name + ": cannot create: ", e);
      }
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
    return awaitCreated(name);
  }

  /**
   * Waits for the leaders. If the first batch of a producer reaches a leader that does not know its
   * role yet, the producer can stay out of sequence forever.
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
          instanceof UnknownTopicOrPartitionException) { // unknown to the queried broker
        return false;
      }
      throw refused("topic " + name + ": created, but leaders do not answer: ", e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** Waits until a created topic is known, because brokers learn of it with a delay. */
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
    throw new StartException("topic " + name + ": created, but not found after 30s");
  }

  private @Nullable Existing describe(String name) {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, name);
    try {
      // Kafka answers for each topic, or fails.
      TopicDescription description =
          admin
              .describeTopics(
                  List.of(name), new DescribeTopicsOptions().includeAuthorizedOperations(true))
              .allTopicNames()
              .get()
              .get(name);
      Config topicConfig = admin.describeConfigs(List.of(resource)).all().get().get(resource);
      return new Existing(
          name,
          Objects.requireNonNull(description, name).partitions().size(),
          Objects.requireNonNull(topicConfig, name),
          description.authorizedOperations());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return null;
      }
      throw refused("topic " + name + ": cannot describe: ", e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static StartException refused(String what, ExecutionException e) {
    String why = KafkaFaults.explain(e).orElseGet(() -> String.valueOf(e.getCause()));
    return new StartException(what + why, e);
  }

  private static StartException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new StartException("interrupted while looking at the topics", e);
  }

  /**
   * @param rights operations allowed for this client; null if the broker does not return them
   */
  private record Existing(
      String name, int partitions, Config config, @Nullable Set<AclOperation> rights) {
    boolean isAllowed(AclOperation operation) {
      return rights == null || rights.contains(operation);
    }

    String text(String key) {
      return config.get(key).value();
    }

    long number(String key) {
      return Long.parseLong(text(key));
    }

    /** Returns the retention. Empty if records are kept forever. */
    Optional<Duration> retention() {
      long millis = number(TopicConfig.RETENTION_MS_CONFIG);
      return millis < 0 ? Optional.empty() : Optional.of(Duration.ofMillis(millis));
    }
  }
}
