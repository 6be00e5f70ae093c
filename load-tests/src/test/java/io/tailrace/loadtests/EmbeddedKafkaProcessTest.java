package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("crash") // the other tests of the profile depend on it
final class EmbeddedKafkaProcessTest {
  @Test
  void leavesNothingBehind_whenInterrupted(@TempDir Path directory) throws Exception {
    try (BrokerProcess broker = BrokerProcess.start(ShortLived.jvmOptions("1g"), directory)) {
      assertThat(directory).isDirectoryContaining("glob:**/tailrace-kafka-*");

      broker.interrupt();

      assertThat(directory).isDirectoryNotContaining("glob:**/tailrace-kafka-*");
    }
  }

  @Test
  void servesCommittedData_afterKillAndRestartOnSamePort(@TempDir Path directory) throws Exception {
    String data = directory.resolve("data").toString();
    String port;
    try (BrokerProcess broker =
        BrokerProcess.start(ShortLived.jvmOptions("1g"), directory, "--dir", data)) {
      port = broker.bootstrapServers().replaceAll(".*:", "");
      TestClients clients = new TestClients(broker.bootstrapServers());
      clients.createTopic("orders", 1);
      clients.produceTransactionally("orders", "kept");
      broker.kill();
    }

    try (BrokerProcess broker =
        BrokerProcess.start(
            ShortLived.jvmOptions("1g"), directory, "--dir", data, "--port", port)) {
      assertThat(broker.bootstrapServers()).endsWith(":" + port);
      TestClients clients = new TestClients(broker.bootstrapServers());
      assertThat(clients.consumeCommitted("orders", 1)).containsExactly("kept");
    }
  }
}
