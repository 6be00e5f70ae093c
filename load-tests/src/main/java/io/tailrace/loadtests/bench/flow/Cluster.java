package io.tailrace.loadtests.bench.flow;

import io.tailrace.loadtests.BrokerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Kafka cluster of the benchmark: a broker in a separate process, or an external cluster. */
public final class Cluster implements AutoCloseable {
  private static final Duration TO_CREATE = Duration.ofSeconds(30);

  private final BrokerProcess broker;
  private final String bootstrapServers;
  private final Admin admin;

  private Cluster(BrokerProcess broker, String bootstrapServers) {
    this.broker = broker;
    this.bootstrapServers = bootstrapServers;
    admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
  }

  static Cluster external(String bootstrapServers) {
    return new Cluster(null, bootstrapServers);
  }

  public static Cluster ownBroker(Path directory) throws IOException {
    BrokerProcess broker = BrokerProcess.start(directory);
    return new Cluster(broker, broker.bootstrapServers());
  }

  public String bootstrapServers() {
    return bootstrapServers;
  }

  /** Returns the CPU time of our broker, if available. */
  public Optional<Duration> brokerCpu() {
    return broker == null ? Optional.empty() : broker.cpuTime();
  }

  /** Creates a topic with unlimited retention. */
  public void create(String topic, int partitions) throws InterruptedException {
    NewTopic created =
        new NewTopic(topic, Optional.of(partitions), Optional.empty())
            .configs(
                Map.of(
                    TopicConfig.RETENTION_MS_CONFIG, "-1", // record times are in the past
                    TopicConfig.MAX_MESSAGE_BYTES_CONFIG, "1048588"));
    try {
      admin.createTopics(List.of(created)).all().get();
      awaitLeaders(topic, partitions);
    } catch (ExecutionException e) {
      throw new IllegalStateException("topic " + topic, e.getCause());
    }
  }

  /** Waits for leaders. A producer whose first batch finds no leader may stay out of sequence. */
  private void awaitLeaders(String topic, int partitions)
      throws InterruptedException, ExecutionException {
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    for (int partition = 0; partition < partitions; partition++) {
      ends.put(new TopicPartition(topic, partition), OffsetSpec.latest());
    }
    long deadline = System.nanoTime() + TO_CREATE.toNanos();
    while (true) {
      try {
        admin.listOffsets(ends).all().get();
        return;
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)
            || System.nanoTime() > deadline) {
          throw e;
        }
        Thread.sleep(50);
      }
    }
  }

  /** Deletes all topics with this prefix. The list can contain some that are deleted already. */
  public void deleteAll(String prefix) throws InterruptedException {
    try {
      Set<String> names = admin.listTopics().names().get();
      List<String> ours = names.stream().filter(name -> name.startsWith(prefix)).toList();
      for (KafkaFuture<Void> deletion : admin.deleteTopics(ours).topicNameValues().values()) {
        awaitDeletion(deletion);
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("topics " + prefix + "*", e.getCause());
    }
  }

  private static void awaitDeletion(KafkaFuture<Void> deletion)
      throws InterruptedException, ExecutionException {
    try {
      deletion.get();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
        throw e;
      }
    }
  }

  /** Returns the bytes on disk of all matching topics, with one replica per partition. */
  long bytes(Predicate<String> topics) throws InterruptedException {
    Map<TopicPartition, Long> sizes = new HashMap<>();
    try {
      List<Integer> brokers =
          admin.describeCluster().nodes().get().stream().map(node -> node.id()).toList();
      for (Map<String, LogDirDescription> dirs :
          admin.describeLogDirs(brokers).allDescriptions().get().values()) {
        for (LogDirDescription dir : dirs.values()) {
          dir.replicaInfos()
              .forEach((partition, info) -> sizes.merge(partition, info.size(), Math::max));
        }
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("sizes of topics", e.getCause());
    }
    return sizes.entrySet().stream()
        .filter(size -> topics.test(size.getKey().topic()))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  @Override
  public void close() {
    admin.close();
    if (broker != null) {
      broker.interrupt();
    }
  }
}
