package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.tailrace.topology.kafka.RenewedCertificates;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.types.Password;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Certificates of Kafka clients are renewed without a restart. */
@Tag("crash")
class RenewedCertificatesTest {
  @TempDir Path directory;

  @Test
  void trustsTheRenewedCertificateOfTheBroker() throws Exception {
    Path log = directory.resolve("engine.log");
    try (SecuredKafka kafka = new SecuredKafka(directory)) {
      kafka.grant(AclTable.always());
      kafka.grant(AclTable.toCreate());
      Path trusted = Files.copy(kafka.certificate(), directory.resolve("trusted.pem"));
      try (WrittenSpans spans = new WrittenSpans(kafka.broker().internalServers(), "none");
          EngineProcess engine = new EngineProcess(settings(kafka, trusted), log)) {
        engine.awaitReady();
        writeAndAwait(spans, kafka, 1);

        Certificates renewed = kafka.newCertificate(directory);
        Files.write(trusted, Files.readAllBytes(renewed.certificate()), StandardOpenOption.APPEND);
        kafka.use(renewed);
        writeAndAwait(spans, kafka, 2);

        assertThat(engine.said()).contains("read renewed files of kafka.ssl.*");
        assertThat(engine.terminate(Duration.ofSeconds(30))).isEqualTo(143);
      }
    }
  }

  @Test
  void usesARenewedKey_andKeepsTheFormerWhileTheFileIsNotUsable() throws Exception {
    Certificates first = Certificates.make(directory, "first", "secret-1");
    Certificates second = Certificates.make(directory, "second", "secret-1");
    Path used = Files.copy(first.keyStore(), directory.resolve("used.p12"));
    try (RenewedCertificates certificates = configured(used, first)) {
      assertThat(connected(certificates).keystore().containsAlias("first")).isTrue();

      change(used, "half written".getBytes(StandardCharsets.UTF_8), 1);
      assertThat(connected(certificates).keystore().containsAlias("first")).isTrue();

      change(used, Files.readAllBytes(second.keyStore()), 2);
      assertThat(connected(certificates).keystore().containsAlias("second")).isTrue();
    }
  }

  @Test
  void keepsTheFormerKey_andWarnsOnce_whileTheFileIsMissing() throws Exception {
    Certificates first = Certificates.make(directory, "first", "secret-1");
    Path used = Files.copy(first.keyStore(), directory.resolve("used.p12"));
    Logger logger = (Logger) LoggerFactory.getLogger(RenewedCertificates.class);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    logger.addAppender(log);
    log.start();
    try (RenewedCertificates certificates = configured(used, first)) {
      Files.delete(used);
      for (int i = 0; i < 3; i++) {
        assertThat(connected(certificates).keystore().containsAlias("first")).isTrue();
      }
      assertThat(log.list)
          .singleElement()
          .satisfies(line -> assertThat(line.getLevel()).isEqualTo(Level.WARN))
          .satisfies(line -> assertThat(line.getFormattedMessage()).contains(used.toString()));
    } finally {
      logger.detachAppender(log);
    }
  }

  private static RenewedCertificates configured(Path keyStore, Certificates of) {
    RenewedCertificates certificates = new RenewedCertificates();
    certificates.configure(
        Map.of(
            "ssl.protocol",
            "TLSv1.3",
            "ssl.enabled.protocols",
            List.of("TLSv1.3"),
            "ssl.cipher.suites",
            List.of(),
            "ssl.keystore.type",
            "PKCS12",
            "ssl.keystore.location",
            keyStore.toString(),
            "ssl.keystore.password",
            new Password(of.password()),
            "ssl.keymanager.algorithm",
            "SunX509",
            "ssl.trustmanager.algorithm",
            "PKIX"));
    return certificates;
  }

  private static RenewedCertificates connected(RenewedCertificates certificates) {
    assertThat(certificates.createClientSslEngine("localhost", 9093, "https")).isNotNull();
    return certificates;
  }

  private static void change(Path file, byte[] content, int secondsLater) throws Exception {
    FileTime before = Files.getLastModifiedTime(file);
    Files.write(file, content);
    Files.setLastModifiedTime(file, FileTime.from(before.toInstant().plusSeconds(secondsLater)));
  }

  private static void writeAndAwait(WrittenSpans spans, SecuredKafka kafka, long trace) {
    spans.write(0, System.currentTimeMillis(), spans.error(trace));
    spans.flush();
    Map<String, List<String>> expected = spans.byTrace();
    try (ExportReader export =
        new ExportReader(kafka.broker().internalServers(), "otlp_spans_sampled")) {
      export.readUntilAllOf(expected.keySet());
      export.readFor(Duration.ofSeconds(1));
      assertThat(export.spansByTrace()).isEqualTo(expected);
    }
  }

  private Map<String, String> settings(SecuredKafka kafka, Path trusted) {
    Map<String, String> settings = new LinkedHashMap<>(kafka.asTailrace(kafka.password));
    settings.put("TAILRACE_KAFKA_SSL_TRUSTSTORE_LOCATION", trusted.toString());
    settings.put("TAILRACE_STATE_DIR", directory.resolve("state").toString());
    settings.put("TAILRACE_TOPICS_PARTITIONS", "1");
    settings.put("TAILRACE_THREADS", "1");
    settings.put("TAILRACE_DECISION_WAIT", "1s");
    settings.put("JAVA_TOOL_OPTIONS", "-Dlogback.configurationFile=logback.xml");
    return settings;
  }
}
