package io.tailrace.topology.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.topology.config.TailraceConfig;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class ClientPropertiesTest {
  @Test
  void whatIsConfiguredForAllClientsWins_overOurDefaultsForSomeOfThem() {
    Properties ours = streams(Map.of());
    assertThat(ours).containsEntry("main.consumer.session.timeout.ms", 10_000);
    assertThat(ours)
        .containsEntry("producer.compression.type", "zstd")
        .containsEntry("producer.compression.zstd.level", 1);

    Properties theirs =
        streams(
            Map.of(
                "TAILRACE_KAFKA_SESSION_TIMEOUT_MS", "6000",
                "TAILRACE_KAFKA_COMPRESSION_TYPE", "gzip",
                "TAILRACE_KAFKA_PRODUCER_MAX_BLOCK_MS", "5"));
    assertThat(theirs)
        .containsEntry("session.timeout.ms", "6000")
        .doesNotContainKey("main.consumer.session.timeout.ms")
        .containsEntry("compression.type", "gzip")
        .doesNotContainKey("producer.compression.type")
        .containsEntry("producer.max.block.ms", "5");
  }

  @Test
  void keyedModeCompressesWithLz4_asItWritesKeptTracesOnly() {
    assertThat(streams(Map.of("TAILRACE_INGEST_MODE", "keyed")))
        .containsEntry("producer.compression.type", "lz4")
        .doesNotContainKey("producer.compression.zstd.level");
  }

  private static Properties streams(Map<String, String> variables) {
    Map<String, String> environment = new java.util.HashMap<>(variables);
    environment.put("TAILRACE_KAFKA_BOOTSTRAP_SERVERS", "localhost:9092");
    return new ClientProperties(TailraceConfig.read("", environment).get()).streams("tailrace-1");
  }
}
