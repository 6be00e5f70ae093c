package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

/**
 * Broker processes of one cluster. Three of them have three replicas of each partition, of which
 * two must be in sync. Not thread-safe.
 */
final class BrokerCluster implements AutoCloseable {
  private static final Duration TO_START = Duration.ofSeconds(90);
  private static final Duration TO_CATCH_UP = Duration.ofSeconds(90);
  private static final Duration TO_ELECT = Duration.ofSeconds(60);

  private final List<Broker> brokers;

  /** Starts a cluster of so many brokers. */
  BrokerCluster(Path directory, int count) {
    brokers = ClusterNode.cluster(count).stream().map(node -> new Broker(directory, node)).toList();
    try {
      start(brokers);
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  List<Broker> brokers() {
    return brokers;
  }

  /** Starts these at the same time, as each may wait for another. */
  void start(List<Broker> stopped) {
    CompletableFuture.allOf(
            stopped.stream()
                .map(broker -> CompletableFuture.runAsync(() -> start(broker), BrokerCluster::run))
                .toArray(CompletableFuture[]::new))
        .orTimeout(TO_START.toSeconds(), TimeUnit.SECONDS)
        .join();
  }

  private static void run(Runnable work) {
    Thread thread = new Thread(work, "broker-start");
    thread.setDaemon(true);
    thread.start();
  }

  private static void start(Broker broker) {
    try {
      broker.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Bootstrap servers for an instance: through its proxies. */
  String forEngine(int instance) {
    return addresses(broker -> broker.forEngine(instance));
  }

  /** Bootstrap servers for who drives and judges: not through the proxies. */
  String direct() {
    return addresses(Broker::direct);
  }

  private String addresses(Function<Broker, String> address) {
    return brokers.stream().map(address).collect(Collectors.joining(","));
  }

  /** The broker whose controller leads the quorum. */
  Broker controller() throws Exception {
    try (Admin admin = admin()) {
      return brokers.get(admin.describeMetadataQuorum().quorumInfo().get().leaderId() - 1);
    }
  }

  /** Waits until another broker than this has the leading controller. */
  void awaitOtherController(Broker former) {
    await()
        .atMost(TO_ELECT)
        .ignoreExceptions() // while there is none
        .until(() -> controller() != former);
  }

  /** Waits until all replicas are in sync, so that any broker may be stopped. */
  void awaitInSync() {
    try (Admin admin = admin()) {
      await()
          .atMost(TO_CATCH_UP)
          .ignoreExceptions() // a broker may just be stopping
          .untilAsserted(
              () ->
                  assertThat(partitions(admin))
                      .allSatisfy(
                          (partition, info) ->
                              assertThat(info.isr())
                                  .as("in sync of %s", partition)
                                  .hasSameSizeAs(info.replicas())));
    }
  }

  /** Asserts that each partition, internal ones too, has so many replicas, and its topic this. */
  void assertReplicated(int replicas, int minInSync) throws Exception {
    try (Admin admin = admin()) {
      Map<TopicPartition, TopicPartitionInfo> partitions = partitions(admin);
      assertThat(partitions)
          .allSatisfy(
              (partition, info) ->
                  assertThat(info.replicas()).as("replicas of %s", partition).hasSize(replicas));
      Set<ConfigResource> topics =
          partitions.keySet().stream()
              .map(partition -> new ConfigResource(ConfigResource.Type.TOPIC, partition.topic()))
              .collect(Collectors.toSet());
      assertThat(admin.describeConfigs(topics).all().get())
          .allSatisfy(
              (topic, config) ->
                  assertThat(config.get(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG).value())
                      .as("min.insync.replicas of %s", topic)
                      .isEqualTo(Integer.toString(minInSync)));
    }
  }

  /** Moves the leader of each partition, internal ones too, to its next replica. */
  void moveLeaders() throws Exception {
    awaitInSync();
    try (Admin admin = admin()) {
      Map<TopicPartition, TopicPartitionInfo> before = partitions(admin);
      Map<TopicPartition, Optional<NewPartitionReassignment>> rotated = new HashMap<>();
      before.forEach(
          (partition, info) -> {
            List<Integer> replicas =
                new ArrayList<>(info.replicas().stream().map(Node::id).toList());
            Collections.rotate(
                replicas, replicas.size() - replicas.indexOf(info.leader().id()) - 1);
            rotated.put(partition, Optional.of(new NewPartitionReassignment(replicas)));
          });
      admin.alterPartitionReassignments(rotated).all().get();
      await()
          .atMost(TO_ELECT)
          .until(() -> admin.listPartitionReassignments().reassignments().get().isEmpty());
      admin.electLeaders(ElectionType.PREFERRED, before.keySet()).all().get();
      await()
          .atMost(TO_ELECT)
          .untilAsserted(
              () ->
                  assertThat(partitions(admin))
                      .allSatisfy(
                          (partition, info) ->
                              assertThat(info.leader())
                                  .as("leader of %s", partition)
                                  .isNotEqualTo(before.get(partition).leader())));
    }
  }

  private static Map<TopicPartition, TopicPartitionInfo> partitions(Admin admin) throws Exception {
    Collection<String> topics =
        admin.listTopics(new ListTopicsOptions().listInternal(true)).names().get();
    return admin.describeTopics(topics).allTopicNames().get().values().stream()
        .flatMap(
            topic ->
                topic.partitions().stream()
                    .map(
                        info ->
                            Map.entry(new TopicPartition(topic.name(), info.partition()), info)))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", direct()));
  }

  @Override
  public void close() {
    brokers.forEach(Broker::close);
  }
}
