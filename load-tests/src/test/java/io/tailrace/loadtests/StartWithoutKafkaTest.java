package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that start while Kafka is away say so, and work once it is there. */
class StartWithoutKafkaTest {
  private static final Duration BOUND = Duration.ofSeconds(60);

  @TempDir Path directory;
  private final Map<String, String> settings = new LinkedHashMap<>();
  private int port;
  private String brokers;

  @BeforeEach
  void configure() throws IOException {
    port = FreePorts.next();
    brokers = "127.0.0.1:" + port;
    settings.put("TAILRACE_KAFKA_BOOTSTRAP_SERVERS", brokers);
    settings.put("TAILRACE_STATE_DIR", directory.resolve("state").toString());
    settings.put("TAILRACE_TOPICS_PARTITIONS", "1");
    settings.put("TAILRACE_THREADS", "1");
    settings.put("TAILRACE_DECISION_WAIT", "1s");
    settings.put("JAVA_TOOL_OPTIONS", "-Dlogback.configurationFile=logback.xml");
  }

  @Test
  void anInstanceIsLiveAndSaysWhatItWaitsFor_thenSamples() throws Exception {
    Path log = directory.resolve("engine.log");
    try (EngineProcess engine = new EngineProcess(settings, log)) {
      await().atMost(BOUND).until(engine::isLive);
      assertThat(engine.waitsFor()).isEqualTo("waiting for Kafka at " + brokers + "\n");
      await().atMost(BOUND).until(() -> engine.said().contains("waiting for Kafka, retrying"));
      assertThat(engine.said())
          .contains("kafka.bootstrap.servers: no answer: ", "brokers=\"" + brokers + "\"");
      assertThat(engine.isLive()).isTrue();

      try (EmbeddedKafka kafka = EmbeddedKafka.builder().port(port).start()) {
        engine.awaitReady();
        TestClients clients = new TestClients(kafka.bootstrapServers());
        clients.writeSpans("otlp_spans", 0, System.currentTimeMillis(), Otlp.span(1));
        engine.awaitWorking();
        assertThat(Files.readString(log)).contains("Kafka answers");
        assertThat(engine.terminate(Duration.ofSeconds(30))).isEqualTo(143);
      }
    }
  }

  @Test
  void anInstanceThatWaitsStopsAtOnce() throws Exception {
    try (EngineProcess engine = new EngineProcess(settings, directory.resolve("engine.log"))) {
      await().atMost(BOUND).until(engine::isLive);
      assertThat(engine.terminate(Duration.ofSeconds(10))).isEqualTo(143);
    }
  }

  @Test
  void aGatewayTellsSendersToTryAgain_thenTakesTheirSpans() throws Exception {
    Path log = directory.resolve("gateway.log");
    try (GatewayProcess gateway = new GatewayProcess(settings, log)) {
      await()
          .atMost(BOUND)
          .ignoreExceptionsInstanceOf(IOException.class)
          .until(() -> gateway.health("live").statusCode() == 200);
      HttpResponse<String> ready = gateway.health("ready");
      assertThat(ready.statusCode()).isEqualTo(503);
      assertThat(ready.body()).isEqualTo("waiting for Kafka at " + brokers + "\n");
      await()
          .atMost(BOUND)
          .ignoreExceptionsInstanceOf(IOException.class)
          .untilAsserted(
              () -> {
                HttpResponse<String> refused = send(gateway);
                assertThat(refused.statusCode()).isEqualTo(503);
                assertThat(refused.headers().firstValue("Retry-After")).contains("1");
              });

      try (EmbeddedKafka kafka = EmbeddedKafka.builder().port(port).start()) {
        gateway.awaitReady();
        assertThat(send(gateway).statusCode()).isEqualTo(200);
        assertThat(new TestClients(kafka.bootstrapServers()).endOffsets("otlp_spans")).isEqualTo(1);
        assertThat(gateway.terminate()).isZero();
      }
    }
  }

  private static HttpResponse<String> send(GatewayProcess gateway)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(gateway.traces())
            .header("Content-Type", "application/x-protobuf")
            .POST(HttpRequest.BodyPublishers.ofByteArray(Otlp.request(Otlp.span(1)).toByteArray()))
            .build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
  }
}
