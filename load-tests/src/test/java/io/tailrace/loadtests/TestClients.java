package io.tailrace.loadtests;

import static org.awaitility.Awaitility.await;

import io.opentelemetry.proto.trace.v1.Span;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** What a test asks of a broker, by real clients. */
public final class TestClients {
  private static final Duration BOUND = Duration.ofSeconds(30);

  private final Map<String, Object> connection;

  public TestClients(String bootstrapServers) {
    this(bootstrapServers, Map.of());
  }

  TestClients(String bootstrapServers, Map<String, Object> security) {
    connection = new HashMap<>(security);
    connection.put("bootstrap.servers", bootstrapServers);
  }

  public void createTopic(String name, int partitions) throws Exception {
    try (Admin admin = Admin.create(connection)) {
      admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1))).all().get();
    }
  }

  void createTopic(String name, int partitions, Map<String, String> topicConfig) throws Exception {
    try (Admin admin = Admin.create(connection)) {
      admin
          .createTopics(List.of(new NewTopic(name, partitions, (short) 1).configs(topicConfig)))
          .all()
          .get();
    }
  }

  void deleteTopic(String name) throws Exception {
    try (Admin admin = Admin.create(connection)) {
      admin.deleteTopics(List.of(name)).all().get();
    }
  }

  /** Adds partitions until there are so many. */
  void growTopic(String name, int partitions) throws Exception {
    try (Admin admin = Admin.create(connection)) {
      admin.createPartitions(Map.of(name, NewPartitions.increaseTo(partitions))).all().get();
    }
  }

  Set<String> topics() throws Exception {
    try (Admin admin = Admin.create(connection)) {
      return admin.listTopics().names().get();
    }
  }

  Set<String> groups() throws Exception {
    try (Admin admin = Admin.create(connection)) {
      Set<String> groups = new HashSet<>();
      admin.listGroups().all().get().forEach(group -> groups.add(group.groupId()));
      return groups;
    }
  }

  int partitions(String topic) throws Exception {
    try (Admin admin = Admin.create(connection)) {
      return admin
          .describeTopics(List.of(topic))
          .allTopicNames()
          .get()
          .get(topic)
          .partitions()
          .size();
    }
  }

  String topicConfig(String topic, String key) throws Exception {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    try (Admin admin = Admin.create(connection)) {
      return admin.describeConfigs(List.of(resource)).all().get().get(resource).get(key).value();
    }
  }

  void alterTopic(String topic, Map<String, String> changed) throws Exception {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    List<AlterConfigOp> changes =
        changed.entrySet().stream()
            .map(
                entry ->
                    new AlterConfigOp(
                        new ConfigEntry(entry.getKey(), entry.getValue()),
                        AlterConfigOp.OpType.SET))
            .toList();
    try (Admin admin = Admin.create(connection)) {
      admin.incrementalAlterConfigs(Map.of(resource, changes)).all().get();
    }
  }

  /** Sum of the end offsets of a topic's partitions. */
  long endOffsets(String topic) throws Exception {
    return offsets(topic, OffsetSpec.latest());
  }

  /** Sum of the first offsets that a topic's partitions still have. */
  long beginningOffsets(String topic) throws Exception {
    return offsets(topic, OffsetSpec.earliest());
  }

  /** Sum over a topic's partitions of the first offset at or after this time. */
  long offsetsAt(String topic, long time) throws Exception {
    return offsets(topic, OffsetSpec.forTimestamp(time));
  }

  private long offsets(String topic, OffsetSpec which) throws Exception {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    for (int partition = 0; partition < partitions(topic); partition++) {
      asked.put(new TopicPartition(topic, partition), which);
    }
    try (Admin admin = Admin.create(connection)) {
      return admin.listOffsets(asked).all().get().values().stream()
          .mapToLong(info -> info.offset())
          .sum();
    }
  }

  /** Removes the records of a topic of one partition before this offset. */
  void deleteRecords(String topic, long before) throws Exception {
    try (Admin admin = Admin.create(connection)) {
      admin
          .deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(before)))
          .all()
          .get();
    }
  }

  /** Writes a record; {@code value} null is a tombstone. Returns its offset. */
  public long write(String topic, String key, String value) throws Exception {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(connection, new StringSerializer(), new StringSerializer())) {
      return producer.send(new ProducerRecord<>(topic, key, value)).get().offset();
    }
  }

  /** Writes a record to a partition. */
  void write(String topic, int partition, String key, String value) throws Exception {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(connection, new StringSerializer(), new StringSerializer())) {
      producer.send(new ProducerRecord<>(topic, partition, key, value)).get();
    }
  }

  /** Writes spans, stamped with these Unix milliseconds. */
  void writeSpans(String topic, int partition, long time, Span... spans) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(connection, new ByteArraySerializer(), new ByteArraySerializer())) {
      byte[] value = Otlp.request(spans).toByteArray();
      producer.send(new ProducerRecord<>(topic, partition, time, null, value)).get();
    }
  }

  /** The partitions of a topic, which the broker may not know yet if it was just created. */
  public static List<TopicPartition> partitions(Consumer<?, ?> consumer, String topic) {
    return await()
        .atMost(BOUND)
        .pollInSameThread() // as consumers require
        .until(
            () ->
                consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList(),
            partitions -> !partitions.isEmpty());
  }

  public void awaitTopic(String name) {
    try (Admin admin = Admin.create(connection)) {
      await().atMost(BOUND).until(() -> admin.listTopics().names().get().contains(name));
    }
  }

  void produceTransactionally(String topic, String... values) {
    Map<String, Object> config = new HashMap<>(connection);
    config.put("transactional.id", "test-" + UUID.randomUUID());
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
      producer.initTransactions();
      producer.beginTransaction();
      for (String value : values) {
        producer.send(new ProducerRecord<>(topic, value));
      }
      producer.commitTransaction();
    }
  }

  /** Reads as a group until {@code count} values came, committed ones only. */
  List<String> consumeCommitted(String topic, int count) {
    Map<String, Object> config = new HashMap<>(connection);
    config.put("group.id", "test-" + UUID.randomUUID());
    config.put("isolation.level", "read_committed");
    config.put("auto.offset.reset", "earliest");
    List<String> values = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of(topic));
      Instant end = Instant.now().plus(BOUND);
      while (values.size() < count && Instant.now().isBefore(end)) {
        consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
      }
    }
    return values;
  }
}
