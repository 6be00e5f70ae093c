package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EmbeddedKafkaTest {
  @Test
  void keepsDataAndPort_overRestart() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.builder().start()) {
      TestClients clients = new TestClients(kafka.bootstrapServers());
      String bootstrap = kafka.bootstrapServers();
      clients.createTopic("orders", 2);
      clients.produceTransactionally("orders", "before");

      kafka.stop();
      kafka.start();

      assertThat(kafka.bootstrapServers()).isEqualTo(bootstrap);
      clients.produceTransactionally("orders", "after");
      assertThat(clients.consumeCommitted("orders", 2))
          .containsExactlyInAnyOrder("before", "after");
    }
  }

  @Test
  void deletesItsDirectory_whenClosed() {
    EmbeddedKafka kafka = EmbeddedKafka.builder().start();
    assertThat(kafka.directory()).isNotEmptyDirectory();

    kafka.close();

    assertThat(kafka.directory()).doesNotExist();
  }

  @Test
  void carriesOnWithGivenDirectory_inAnotherBroker(@TempDir Path directory) throws Exception {
    try (EmbeddedKafka first = EmbeddedKafka.builder().directory(directory).start()) {
      TestClients clients = new TestClients(first.bootstrapServers());
      clients.createTopic("orders", 1);
      clients.produceTransactionally("orders", "kept");
    }

    try (EmbeddedKafka second = EmbeddedKafka.builder().directory(directory).start()) {
      assertThat(new TestClients(second.bootstrapServers()).consumeCommitted("orders", 1))
          .containsExactly("kept");
    }
  }

  @Test
  void securesClientListener_byExtraProperties() throws Exception {
    String login =
        "org.apache.kafka.common.security.plain.PlainLoginModule required"
            + " username=\"shop\" password=\"secret\"";
    try (EmbeddedKafka kafka =
        EmbeddedKafka.builder()
            .property(
                "listener.security.protocol.map",
                "CLIENT:SASL_PLAINTEXT,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT")
            .property("sasl.enabled.mechanisms", "PLAIN")
            .property(
                "listener.name.client.plain.sasl.jaas.config", login + " user_shop=\"secret\";")
            .start()) {
      TestClients clients =
          new TestClients(
              kafka.bootstrapServers(),
              Map.of(
                  "security.protocol", "SASL_PLAINTEXT",
                  "sasl.mechanism", "PLAIN",
                  "sasl.jaas.config", login + ";"));

      clients.createTopic("orders", 1);
      clients.produceTransactionally("orders", "secured");

      assertThat(clients.consumeCommitted("orders", 1)).containsExactly("secured");
    }
  }

  @Test
  void refusesPort_outsideOfRange() {
    assertThatThrownBy(() -> EmbeddedKafka.builder().port(70_000))
        .hasMessage("port: 70000 (expected: 0 to 65535)");
  }
}
