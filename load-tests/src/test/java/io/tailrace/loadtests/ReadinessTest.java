package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.topology.instance.Engine;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When an instance says that it is ready. */
class ReadinessTest {
  @TempDir Path directory;
  private EmbeddedKafka kafka;
  private Fleet fleet;

  @BeforeEach
  void start() {
    kafka = EmbeddedKafka.builder().start();
    fleet = new Fleet(kafka, directory);
  }

  @AfterEach
  void stop() {
    fleet.close();
    kafka.close();
  }

  @Test
  void anInstanceThatJoinsIsReadyOnceItHasItsShare() throws Exception {
    fleet.start(1);
    Engine joined = fleet.start(2);

    assertThat(partitionsOfMembers())
        .as("of four ingest partitions and four of the shuffle")
        .containsExactly(4, 4);
    assertThat(ready(joined).statusCode()).isEqualTo(200);
  }

  @Test
  void anInstanceWithoutAPartitionIsReadyToo() throws Exception {
    fleet.set("TAILRACE_TOPICS_PARTITIONS", "1").set("TAILRACE_INGEST_MODE", "keyed");
    Engine first = fleet.start(1);
    Engine joined = fleet.start(2);

    assertThat(partitionsOfMembers()).containsExactly(0, 1);
    assertThat(ready(first).statusCode()).isEqualTo(200);
    assertThat(ready(joined).statusCode()).isEqualTo(200);
  }

  private List<Integer> partitionsOfMembers() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      return admin
          .describeConsumerGroups(List.of("tailrace"))
          .all()
          .get()
          .get("tailrace")
          .members()
          .stream()
          .map(member -> member.assignment().topicPartitions().size())
          .sorted()
          .toList();
    }
  }

  private static HttpResponse<String> ready(Engine engine) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + engine.adminPort() + "/health/ready");
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }
}
