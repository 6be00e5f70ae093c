package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.tailrace.topology.config.StartException;
import io.tailrace.topology.config.TailraceConfig;
import io.tailrace.topology.instance.Engine;
import io.tailrace.topology.instance.Gateway;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Over TLS, with a login and no more rights than {@code deploy/README.md} lists. */
class SecurityTest {
  private static final List<String> TOPICS =
      List.of(
          "otlp_spans",
          "tailrace_spans_by_trace",
          "otlp_spans_sampled",
          "tailrace_dead_letters",
          "tailrace_keep",
          "tailrace_keep_results",
          "tailrace-verdict-ledger-changelog");
  private static final List<String> COMPACTED =
      List.of(
          "tailrace_policies",
          "tailrace_policy_history",
          "tailrace_status",
          "tailrace-policy-state-changelog");

  @TempDir static Path certificates;
  private static SecuredKafka kafka;

  @TempDir Path directory;
  private Fleet fleet;

  @BeforeAll
  static void startBroker() throws Exception {
    kafka = new SecuredKafka(certificates);
    kafka.grant(AclTable.always());
    for (String topic : TOPICS) {
      kafka.clients().createTopic(topic, 1);
    }
    for (String topic : COMPACTED) {
      kafka.clients().createTopic(topic, 1, Map.of("cleanup.policy", "compact"));
    }
  }

  @AfterAll
  static void stopBroker() {
    kafka.close();
  }

  @AfterEach
  void stop() {
    if (fleet != null) {
      fleet.close();
    }
  }

  @Test
  void samplesWithTheDocumentedRightsOnly() throws Exception {
    fleet = fleet(kafka, kafka.password).set("TAILRACE_TOPICS_CREATE", "false");
    fleet.start(1);

    assertThat(kept(kafka, 1)).contains("op-1");
  }

  @Test
  void makesItsTopics_withTheDocumentedRightsForThat() throws Exception {
    try (SecuredKafka empty = new SecuredKafka(directory)) {
      empty.grant(AclTable.always());
      empty.grant(AclTable.toCreate());
      fleet = fleet(empty, empty.password);
      fleet.start(1);

      assertThat(kept(empty, 1)).contains("op-1");
      assertThat(empty.clients().topics()).containsAll(TOPICS).containsAll(COMPACTED);
      fleet.close();
    }
  }

  static Stream<AclBinding> needed() throws IOException {
    return AclTable.always().stream().filter(acl -> !isForReports(acl) && !isForKeeping(acl));
  }

  private static boolean isForKeeping(AclBinding acl) {
    return acl.pattern().name().startsWith("tailrace_keep");
  }

  private static boolean isForReports(AclBinding acl) {
    String name = acl.pattern().name();
    return name.equals("tailrace_status") || name.equals("tailrace_policy_history");
  }

  @ParameterizedTest
  @EnumSource(
      value = AclOperation.class,
      names = {"WRITE", "DESCRIBE_CONFIGS"})
  void samplesAllTheSameIfItMayNotReport(AclOperation operation) throws Exception {
    List<AclBinding> missing =
        AclTable.always().stream()
            .filter(acl -> isForReports(acl) && acl.entry().operation() == operation)
            .toList();
    assertThat(missing).hasSize(2);
    for (AclBinding acl : missing) {
      kafka.revoke(acl);
    }
    try {
      fleet = fleet(kafka, kafka.password).set("TAILRACE_TOPICS_CREATE", "false");
      Engine engine = fleet.start(1);

      assertThat(kept(kafka, 3)).isNotEmpty();
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> engine.metrics().get("tailrace.report.failures").counter().count() > 0);
      assertThat(engine.failure()).isNotDone();
    } finally {
      kafka.grant(missing);
    }
  }

  static Stream<AclBinding> forKeeping() throws IOException {
    return AclTable.always().stream().filter(SecurityTest::isForKeeping);
  }

  @ParameterizedTest
  @MethodSource("forKeeping")
  void samplesAllTheSameIfItMayNotKeepOnRequest(AclBinding missing) throws Exception {
    kafka.revoke(missing);
    try {
      fleet = fleet(kafka, kafka.password).set("TAILRACE_TOPICS_CREATE", "false");
      Engine engine = fleet.start(1);
      kafka.clients().write("tailrace_keep", ExportReader.hex(Otlp.traceId(4)), null);

      assertThat(kept(kafka, 4)).contains("op-4");
      assertThat(engine.failure()).isNotDone();
    } finally {
      kafka.grant(List.of(missing));
    }
  }

  @ParameterizedTest
  @MethodSource("needed")
  void stopsAndNamesWhatItMayNotDo(AclBinding missing) throws Exception {
    kafka.revoke(missing);
    try {
      String named =
          switch (missing.pattern().resourceType()) {
            case TOPIC -> "topic " + missing.pattern().name();
            case GROUP -> "group tailrace: ";
            default -> "transactional ids of application_id";
          };
      assertThat(failure()).contains(named).contains("access denied").contains("deploy/README.md");
    } finally {
      kafka.grant(List.of(missing));
    }
  }

  @Test
  void theGatewayWritesWithItsOwnRightsOnly_andNamesTheMissingOne() throws Exception {
    List<AclBinding> rights = AclTable.ofGateway();
    assertThat(rights).isNotEmpty();
    kafka.grant(rights);
    try (Gateway gateway = gateway()) {
      assertThat(send(gateway, 40)).isEqualTo(200);
    }
    for (AclBinding missing : rights) {
      kafka.revoke(missing);
      assertThat(catchThrowable(() -> gateway().close()))
          .as(missing.toString())
          .isInstanceOf(StartException.class)
          .hasMessageContaining("topic otlp_spans")
          .hasMessageContaining("access denied");
      kafka.grant(List.of(missing));
    }
  }

  private static Gateway gateway() {
    Map<String, String> settings = new LinkedHashMap<>(kafka.asGateway());
    settings.put("TAILRACE_TOPICS_CREATE", "false");
    settings.put("TAILRACE_GATEWAY_GRPC_PORT", "-1");
    settings.put("TAILRACE_GATEWAY_HTTP_PORT", "0");
    settings.put("TAILRACE_GATEWAY_ADMIN_PORT", "-1");
    return Gateway.start(TailraceConfig.read("", settings).get());
  }

  private static int send(Gateway gateway, int trace) throws Exception {
    URI traces = URI.create("http://127.0.0.1:" + gateway.httpPort() + "/v1/traces");
    byte[] request = Otlp.request(Otlp.span(trace)).toByteArray();
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(traces)
                .header("Content-Type", "application/x-protobuf")
                .POST(HttpRequest.BodyPublishers.ofByteArray(request))
                .build(),
            HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  @Test
  void everyIngestTopicNeedsTheRightsOfTheFirst_andNoMore() throws Exception {
    kafka.clients().createTopic("zipkin", 1);
    fleet =
        fleet(kafka, kafka.password)
            .set("TAILRACE_TOPICS_CREATE", "false")
            .set("TAILRACE_TOPICS_INGEST", "otlp_spans, zipkin=zipkin_json");

    assertThat(catchThrowable(() -> Engine.start(fleet.config(1))))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("topic zipkin: ")
        .hasMessageContaining("access denied");

    ResourcePattern zipkin = new ResourcePattern(ResourceType.TOPIC, "zipkin", PatternType.LITERAL);
    kafka.grant(
        AclTable.always().stream()
            .filter(acl -> acl.pattern().name().equals("otlp_spans"))
            .map(acl -> new AclBinding(zipkin, acl.entry()))
            .toList());
    Engine engine = fleet.start(1);
    kafka.clients().write("zipkin", null, "garbage");
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> engine.metrics().get("tailrace.dead.letters").counter().count() >= 1);
  }

  @Test
  void topicsByPatternNeedNoOtherRights_andThoseItMayNotSeeAreNotMatched() throws Exception {
    kafka.clients().createTopic("by-pattern-1", 1);
    kafka.clients().createTopic("by-pattern-2", 1);
    kafka.clients().awaitTopic("by-pattern-2"); // to all who may see it
    kafka.clients().awaitTopic("by-pattern-1");
    ResourcePattern seen =
        new ResourcePattern(ResourceType.TOPIC, "by-pattern-1", PatternType.LITERAL);
    kafka.grant(
        AclTable.always().stream()
            .filter(acl -> acl.pattern().name().equals("otlp_spans"))
            .map(acl -> new AclBinding(seen, acl.entry()))
            .toList());
    fleet =
        fleet(kafka, kafka.password)
            .set("TAILRACE_TOPICS_CREATE", "false")
            .set("TAILRACE_TOPICS_INGEST", "^by-pattern-");

    Engine engine = fleet.start(1);
    kafka.clients().write("by-pattern-1", null, "garbage");
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> engine.metrics().get("tailrace.dead.letters").counter().count() >= 1);
    assertThat(engine.metrics().get("tailrace.ingest.unread.topics").gauge().value()).isZero();
  }

  @Test
  void aWrongPasswordIsTold_andNotTriedForEver() throws Exception {
    String wrong = SecuredKafka.secret();
    Map<String, String> settings = new LinkedHashMap<>(kafka.asTailrace(wrong));
    settings.put("TAILRACE_STATE_DIR", directory.resolve("state").toString());
    Path log = directory.resolve("engine.log");
    try (EngineProcess engine = new EngineProcess(settings, log)) {
      assertThat(engine.awaitExit(Duration.ofSeconds(60))).isEqualTo(1);
    }

    assertThat(Files.readString(log))
        .contains("login denied: ", "SCRAM-SHA-512", "(expected: kafka.security.protocol")
        .doesNotContain(wrong)
        .doesNotContain("\tat ");
  }

  @Test
  void aCertificateThatIsNotTrustedIsTold() throws Exception {
    Certificates other = Certificates.make(directory, "other", SecuredKafka.secret());
    fleet =
        fleet(kafka, kafka.password)
            .set("TAILRACE_KAFKA_SSL_TRUSTSTORE_LOCATION", other.certificate().toString());

    assertThat(catchThrowable(() -> Engine.start(fleet.config(1))))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("login denied: ")
        .hasMessageContaining("certification path");
  }

  /** Why an instance ends that gets spans and garbage: at the start or later. */
  private String failure() throws Exception {
    fleet = fleet(kafka, kafka.password).set("TAILRACE_TOPICS_CREATE", "false");
    try (Engine engine = Engine.start(fleet.config(1))) {
      write(kafka, 2);
      kafka.clients().write("otlp_spans", null, "garbage");
      return engine.failure().get(60, TimeUnit.SECONDS).getMessage();
    } catch (StartException e) {
      return e.getMessage();
    }
  }

  private Fleet fleet(SecuredKafka on, String password) throws IOException {
    Fleet made = new Fleet(on.broker(), directory);
    on.asTailrace(password).forEach(made::set);
    return made.set("TAILRACE_DECISION_WAIT", "1s").set("TAILRACE_TOPICS_PARTITIONS", "1");
  }

  /** Sends a span of this trace and waits for its export; other tests use other traces. */
  private static List<String> kept(SecuredKafka on, int trace) throws Exception {
    write(on, trace);
    List<String> kept = List.of();
    for (int before = -1; kept.size() > before && !kept.contains("op-" + trace); ) {
      before = kept.size();
      kept =
          on.clients().consumeCommitted("otlp_spans_sampled", before + 1).stream()
              .map(value -> value.replaceAll("[^ -~]", ""))
              .map(value -> value.contains("op-" + trace) ? "op-" + trace : value)
              .toList();
    }
    return kept;
  }

  private static void write(SecuredKafka on, int trace) throws Exception {
    Span span =
        Otlp.span(trace).toBuilder()
            .setName("op-" + trace)
            .setStatus(Status.newBuilder().setCodeValue(2))
            .build();
    on.clients().writeSpans("otlp_spans", 0, System.currentTimeMillis(), span);
  }
}
