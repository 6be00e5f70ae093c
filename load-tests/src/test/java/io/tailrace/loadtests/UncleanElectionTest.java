package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A replica that lacks the last records becomes the leader, and other records take their offsets.
 */
@Tag("crash")
class UncleanElectionTest {
  private static final String TOPIC = "otlp_spans";
  private static final Duration BOUND = Duration.ofMinutes(2);

  @TempDir Path directory;

  @Test
  void continuesWhereTheLogsDiffer() throws Exception {
    Path log = directory.resolve("engine.log");
    try (BrokerCluster cluster = new BrokerCluster(directory, 3);
        Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.direct()))) {
      admin
          .createTopics(
              List.of(
                  new NewTopic(TOPIC, Map.of(0, List.of(2, 3)))
                      .configs(
                          Map.of(
                              "min.insync.replicas", "1",
                              "unclean.leader.election.enable", "true"))))
          .all()
          .get();
      Broker leader = cluster.brokers().get(1);
      Broker follower = cluster.brokers().get(2);
      try (EngineProcess engine = new EngineProcess(settings(cluster), log);
          ExportReader export = exportOf(engine, cluster)) {
        write(cluster, 1, 3);
        export.readUntilAllOf(ids(1, 3));

        follower.kill();
        write(cluster, 4, 6); // on the leader only
        export.readUntilAllOf(ids(1, 6));
        leader.kill();
        follower.start();
        awaitLeader(admin, 3);
        write(cluster, 7, 12); // at offsets from 3 on

        export.readUntilAllOf(ids(1, 12));
        assertThat(export.spansByTrace().values()).as("each once").allMatch(s -> s.size() == 1);
        assertThat(Files.readString(log))
            .contains("offset 6 does not exist")
            .contains("Records are read from offset 3");
        assertThat(engine.terminate(Duration.ofSeconds(60))).isEqualTo(143);
      }
    }
  }

  private ExportReader exportOf(EngineProcess engine, BrokerCluster cluster) {
    engine.awaitReady();
    return new ExportReader(cluster.direct(), "otlp_spans_sampled");
  }

  private Map<String, String> settings(BrokerCluster cluster) throws Exception {
    Path policies = directory.resolve("policies.yaml");
    Files.writeString(policies, "policies: [{name: all, type: always_sample}]");
    Map<String, String> settings =
        EngineProcess.settings(cluster.direct(), directory.resolve("state"));
    settings.put("TAILRACE_INGEST_MODE", "keyed");
    settings.put("TAILRACE_INGEST_IDLE_AFTER", "1s");
    settings.put("TAILRACE_POLICIES_BOOTSTRAP", policies.toString());
    return settings;
  }

  private static void write(BrokerCluster cluster, long first, long last) throws Exception {
    TestClients clients = new TestClients(cluster.direct());
    for (long trace = first; trace <= last; trace++) {
      clients.writeSpans(TOPIC, 0, System.currentTimeMillis(), Otlp.span(trace));
    }
  }

  private static Set<String> ids(long first, long last) {
    return LongStream.rangeClosed(first, last)
        .mapToObj(trace -> ExportReader.hex(Otlp.traceId(trace)))
        .collect(Collectors.toSet());
  }

  private static void awaitLeader(Admin admin, int id) {
    TopicPartition partition = new TopicPartition(TOPIC, 0);
    await()
        .atMost(BOUND)
        .ignoreExceptions() // while the controllers elect
        .until(
            () ->
                admin
                        .describeTopics(List.of(TOPIC))
                        .allTopicNames()
                        .get()
                        .get(TOPIC)
                        .partitions()
                        .get(partition.partition())
                        .leader()
                        .id()
                    == id);
  }
}
