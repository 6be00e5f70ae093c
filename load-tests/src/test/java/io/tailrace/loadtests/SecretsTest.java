package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Passwords come in, and do not come out, whatever is logged and whatever is wrong. */
class SecretsTest {
  /** The log configuration that is delivered, not that of the tests. */
  private static final String DELIVERED_LOGGING = "-Dlogback.configurationFile=logback.xml";

  @TempDir Path directory;

  /** At the level at which all is logged, what any other level logs included. */
  @Test
  void areNotLogged() throws Exception {
    try (SecuredKafka kafka = new SecuredKafka(directory)) {
      kafka.grant(AclTable.always());
      kafka.grant(AclTable.toCreate());
      Certificates own = Certificates.make(directory, "client", SecuredKafka.secret());
      Map<String, String> settings = new LinkedHashMap<>(kafka.asTailrace(kafka.password));
      settings.put("TAILRACE_KAFKA_SSL_KEYSTORE_TYPE", "PKCS12");
      settings.put("TAILRACE_KAFKA_SSL_KEYSTORE_LOCATION", own.keyStore().toString());
      settings.put("TAILRACE_KAFKA_SSL_KEYSTORE_PASSWORD", own.password());
      settings.put("TAILRACE_KAFKA_SSL_KEY_PASSWORD", own.password());
      String token = SecuredKafka.secret();
      settings.put("TAILRACE_ADMIN_TOKEN", token);
      String header = SecuredKafka.secret();
      settings.put("TAILRACE_TELEMETRY_HEADERS", "authorization=Bearer " + header);
      settings.put("TAILRACE_TELEMETRY_ENDPOINT", "http://127.0.0.1:1"); // no receiver
      settings.put("TAILRACE_TELEMETRY_INTERVAL", "1s");
      settings.put("TAILRACE_KAFKA_LOG_LEVEL", "TRACE");
      settings.put("TAILRACE_LOG_LEVEL", "TRACE");
      settings.put("TAILRACE_TOPICS_PARTITIONS", "1");

      String output = outputOf(settings, kafka);

      assertThat(output).as("it is what it should be").contains("Kafka", "TRACE", "[hidden]");
      assertThat(output).contains("cannot deliver own telemetry to http://127.0.0.1:1/v1/metrics");
      assertThat(output.contains(kafka.password)).as("login").isFalse();
      assertThat(output.contains(own.password())).as("key").isFalse();
      assertThat(output.contains(token)).as("token").isFalse();
      assertThat(output.contains(header)).as("header").isFalse();
    }
  }

  private String outputOf(Map<String, String> settings, SecuredKafka kafka) throws Exception {
    settings.put("JAVA_TOOL_OPTIONS", DELIVERED_LOGGING);
    settings.put("TAILRACE_STATE_DIR", directory.resolve("state").toString());
    Path log = directory.resolve("engine.log");
    try (EngineProcess engine = new EngineProcess(settings, log)) {
      kafka.clients().awaitTopic("otlp_spans_sampled");
      kafka.clients().writeSpans("otlp_spans", 0, System.currentTimeMillis(), Otlp.span(1));
      engine.awaitWorking();
      engine.terminate(Duration.ofSeconds(30));
    }
    return Files.readString(log);
  }

  @Test
  void areNotTold_whenTheirSettingsAreWrong() throws Exception {
    String secret = "hunter2";
    List<Map<String, String>> wrong = new ArrayList<>();
    wrong.add(Map.of("TAILRACE_SSL_KEY_PASSWORD", secret)); // without KAFKA_
    wrong.add(jaas("PlainLoginModule required username=\"a\" password=\"" + secret + "\""));
    wrong.add(jaas("PlainLoginModule required username=\"a\" password=x " + secret + ";"));
    wrong.add(jaas("PlainLoginModule " + secret + ";"));
    Path log = directory.resolve("engine.log");
    for (Map<String, String> settings : wrong) {
      Map<String, String> all = new LinkedHashMap<>(settings);
      all.put("TAILRACE_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1");
      all.put("TAILRACE_STATE_DIR", directory.resolve("state").toString());
      try (EngineProcess engine = new EngineProcess(all, log)) {
        assertThat(engine.awaitExit(Duration.ofSeconds(60))).isIn(1, 2);
      }
    }
    assertThat(Files.readString(log)).contains("[hidden]").doesNotContain(secret);
  }

  private static Map<String, String> jaas(String config) {
    return Map.of(
        "TAILRACE_KAFKA_SECURITY_PROTOCOL",
        "SASL_PLAINTEXT",
        "TAILRACE_KAFKA_SASL_MECHANISM",
        "PLAIN",
        "TAILRACE_KAFKA_SASL_JAAS_CONFIG",
        "org.apache.kafka.common.security.plain." + config);
  }
}
