package io.tailrace.topology.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.policies.fingerprint.Selector;
import io.tailrace.serdes.Encoding;
import io.tailrace.topology.fleet.ConfiguredWaits;
import io.tailrace.topology.sampling.Waits;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TailraceConfigTest {
  private static final String OF_TENANT = "Optional[resource.attributes[\"tenant.id\"]]";
  private static final String BROKER = "TAILRACE_KAFKA_BOOTSTRAP_SERVERS";

  /** A value for a setting, as it is written and as it is read. */
  record Sample(Setting<?> setting, String written, Object read) {
    @Override
    public String toString() {
      return setting.path();
    }
  }

  static Stream<Sample> samples() {
    return Stream.of(
        new Sample(Settings.APPLICATION_ID, "shop", "shop"),
        new Sample(Settings.STATE_DIR, "/var/lib/t", Path.of("/var/lib/t")),
        new Sample(Settings.THREADS, "3", 3),
        new Sample(Settings.EXACTLY_ONCE, "at_least_once", false),
        new Sample(Settings.COMMIT_INTERVAL, "250ms", Duration.ofMillis(250)),
        new Sample(Settings.INGEST_MODE, "keyed", IngestMode.KEYED),
        new Sample(Settings.INGEST_ENCODING, "zipkin_json", Encoding.ZIPKIN_JSON),
        new Sample(Settings.ALLOWED_SKEW, "5s", Duration.ofSeconds(5)),
        new Sample(Settings.IDLE_AFTER, "3s", Duration.ofSeconds(3)),
        new Sample(Settings.EXPORT_ENCODING, "otlp_json", Encoding.OTLP_JSON),
        new Sample(Settings.SAMPLE_RATE_ATTRIBUTE, "SampleRate", Optional.of("SampleRate")),
        new Sample(Settings.RECORD_POLICY, "true", true),
        new Sample(Settings.DECISION_WAIT, "1m30s", Duration.ofSeconds(90)),
        new Sample(Settings.DECISION_WAIT_AFTER_ROOT, "2s", Optional.of(Duration.ofSeconds(2))),
        new Sample(Settings.VERDICT_RETENTION, "1h", Duration.ofHours(1)),
        new Sample(Settings.POLICIES_NAME, "checkout", "checkout"),
        new Sample(Settings.POLICIES_BOOTSTRAP, "p.yaml", Optional.of(Path.of("p.yaml"))),
        new Sample(Settings.POLICIES_ACTIVATION_DELAY, "1s", Duration.ofSeconds(1)),
        new Sample(Settings.TOPIC_INGEST, "a", Map.of("a", Optional.empty())),
        new Sample(Settings.TOPIC_SPANS_BY_TRACE, "b", "b"),
        new Sample(Settings.TOPIC_POLICIES, "c", "c"),
        new Sample(Settings.TOPIC_EXPORT, "d", "d"),
        new Sample(Settings.TOPIC_DEAD_LETTERS, "e", "e"),
        new Sample(Settings.TOPIC_DECISIONS, "f", Optional.of("f")),
        new Sample(Settings.TOPIC_POLICY_HISTORY, "g", "g"),
        new Sample(Settings.TOPIC_STATUS, "h", "h"),
        new Sample(Settings.TOPIC_KEEP, "wanted", "wanted"),
        new Sample(Settings.TOPIC_KEEP_RESULTS, "found", "found"),
        new Sample(Settings.TOPICS_CREATE, "false", false),
        new Sample(Settings.TOPICS_PARTITIONS, "7", 7),
        new Sample(Settings.TOPICS_REPLICATION, "3", 3),
        new Sample(Settings.TOPICS_RETENTION, "48h", Duration.ofHours(48)),
        new Sample(Settings.MAX_SPANS_PER_TRACE, "500", 500),
        new Sample(Settings.MAX_BYTES_PER_TRACE, "8MiB", 8L << 20),
        new Sample(Settings.MAX_BYTES_PER_TASK, "2GiB", 2L << 30),
        new Sample(Settings.MAX_TRACES_PER_TASK, "5000", 5000),
        new Sample(Settings.RECONSIDERED_PER_SECOND, "7", 7),
        new Sample(Settings.LINKED_PER_SECOND, "8", 8),
        new Sample(
            Settings.LIMITS_GROUP_BY,
            "span.attributes[\"a\"]",
            Optional.of(new Selector(Selector.Source.SPAN, "a"))),
        new Sample(Settings.MAX_EXPORT_RECORD, "500KiB", 500 << 10),
        new Sample(Settings.HEAP_CHUNKS, "64MiB", 64L << 20),
        new Sample(Settings.CHUNK, "32KiB", 32 << 10),
        new Sample(Settings.ROCKSDB_MEMORY, "1GiB", 1L << 30),
        new Sample(Settings.WINDOW, "20s", Duration.ofSeconds(20)),
        new Sample(Settings.ADMIN_HOST, "0.0.0.0", "0.0.0.0"),
        new Sample(Settings.ADMIN_PORT, "-1", -1),
        new Sample(Settings.ADMIN_ADVERTISED_HOST, "pod-1", Optional.of("pod-1")),
        new Sample(Settings.ADMIN_TOKEN, "0123456789abcdef", Optional.of("0123456789abcdef")),
        new Sample(Settings.GATEWAY_HOST, "0.0.0.0", "0.0.0.0"),
        new Sample(Settings.GATEWAY_GRPC_PORT, "14317", 14_317),
        new Sample(Settings.GATEWAY_HTTP_PORT, "-1", -1),
        new Sample(Settings.GATEWAY_ADMIN_PORT, "0", 0),
        new Sample(Settings.GATEWAY_TLS_CERT, "/tls.crt", Optional.of(Path.of("/tls.crt"))),
        new Sample(Settings.GATEWAY_TLS_KEY, "/tls.key", Optional.of(Path.of("/tls.key"))),
        new Sample(Settings.GATEWAY_TLS_CLIENT_CA, "/ca.crt", Optional.of(Path.of("/ca.crt"))),
        new Sample(
            Settings.GATEWAY_TOKENS,
            "0123456789abcdef,fedcba9876543210",
            List.of("0123456789abcdef", "fedcba9876543210")),
        new Sample(Settings.GATEWAY_MAX_REQUEST, "4MiB", 4 << 20),
        new Sample(Settings.GATEWAY_IN_FLIGHT, "1MiB", 1L << 20),
        new Sample(Settings.GATEWAY_TIMEOUT, "5s", Duration.ofSeconds(5)),
        new Sample(
            Settings.TELEMETRY_ENDPOINT,
            "https://otel:4318/in/",
            Optional.of(URI.create("https://otel:4318/in"))),
        new Sample(
            Settings.TELEMETRY_HEADERS,
            "authorization=Basic dTpw==, x-tenant = shop",
            Map.of("authorization", "Basic dTpw==", "x-tenant", "shop")),
        new Sample(Settings.TELEMETRY_INTERVAL, "10s", Duration.ofSeconds(10)),
        new Sample(Settings.TELEMETRY_SERVICE, "sampler", "sampler"),
        new Sample(Settings.OPERATIONS_BY, "service", OperationsBy.SERVICE),
        new Sample(Settings.OPERATIONS_MAX, "50", 50));
  }

  @Test
  void theSamplesAreOfAllSettings_andDifferFromTheDefaults() {
    assertThat(samples().map(Sample::setting)).containsExactlyElementsOf(Settings.all());
    assertThat(samples()).allSatisfy(s -> assertThat(s.read).isNotEqualTo(s.setting.absent()));
  }

  @ParameterizedTest
  @MethodSource("samples")
  void readsFromTheFile(Sample sample) {
    TailraceConfig config = valid(yaml(sample), Map.of());

    assertThat((Object) config.get(sample.setting)).isEqualTo(sample.read);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void readsFromTheEnvironment(Sample sample) {
    TailraceConfig config = valid("", Map.of(sample.setting.variable(), sample.written));

    assertThat((Object) config.get(sample.setting)).isEqualTo(sample.read);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void aFleetsSettingReachesACommandThatDoesNotSetIt(Sample sample) {
    TailraceConfig command = valid("", Map.of());
    for (TailraceConfig instance :
        List.of(
            valid(yaml(sample), Map.of()),
            valid("", Map.of(sample.setting.variable(), sample.written)))) {
      boolean isOfFleet = instance.ofFleet().containsKey(sample.setting.path());
      assertThat((Object) command.withFleet(instance.ofFleet()).get(sample.setting))
          .isEqualTo(isOfFleet ? sample.read : sample.setting.absent());
      assertThat(isOfFleet && Settings.isSecret(sample.setting.path())).isFalse();
    }
  }

  @Test
  void aCommandsOwnSettingsWin_andWhatItCannotReadIsIgnored() {
    Map<String, String> theirs =
        Map.of(
            "ingest.mode", "\"keyed\"",
            "decision_wait", "\"1m\"",
            "verdict_retention", "\"from a later release\"",
            "state_dir", "\"/theirs\"");
    TailraceConfig config = valid("decision_wait: 5s", Map.of()).withFleet(theirs);

    assertThat(config.ingestMode()).isEqualTo(IngestMode.KEYED);
    assertThat(config.get(Settings.DECISION_WAIT)).isEqualTo(Duration.ofSeconds(5));
    assertThat(config.get(Settings.VERDICT_RETENTION))
        .isEqualTo(Settings.VERDICT_RETENTION.absent());
    assertThat(config.get(Settings.STATE_DIR)).isEqualTo(Settings.STATE_DIR.absent());
    TailraceConfig two = valid("topics: {ingest: \"a, b\"}", Map.of());
    assertThat(two.withFleet(theirs)).as("keyed mode has one topic").isSameAs(two);
  }

  @Test
  void theEnvironmentWins_andNeighboursStay() {
    TailraceConfig config =
        valid(
            """
            decision_wait: 10s
            topics:
              ingest: from_file
              export: kept
            """,
            Map.of("TAILRACE_TOPICS_INGEST", "from_variable"));

    assertThat(config.ingest().all())
        .containsExactly(new IngestTopic("from_variable", Encoding.OTLP_PROTO));
    assertThat(config.topics().export()).isEqualTo("kept");
    assertThat(ConfiguredWaits.of(config)).isEqualTo(new Waits(10_000, Waits.NEVER));
  }

  @Test
  void hasItsDefaults_whenNothingIsSaid() {
    TailraceConfig config = valid("", Map.of("PATH", "/bin", "TAILRAC_THREADS", "no"));

    assertThat(Settings.all())
        .allSatisfy(
            setting -> assertThat((Object) config.get(setting)).isEqualTo(setting.absent()));
    assertThat(config.sourceTopic()).isEqualTo("tailrace_spans_by_trace");
    assertThat(valid("ingest: {mode: keyed}", Map.of()).sourceTopic()).isEqualTo("otlp_spans");
  }

  @Test
  void kafkaPropertiesPassThrough_theEnvironmentWins() {
    TailraceConfig config =
        valid(
            """
            kafka:
              bootstrap.servers: file:9092
              security.protocol: SASL_SSL
              request.timeout.ms: 5000
              enable.metrics.push: false
            """,
            Map.of(BROKER, "variable:9092", "TAILRACE_KAFKA_SASL_JAAS_CONFIG", "a \"b\" \\c;"));

    assertThat(config.kafka())
        .containsOnly(
            Map.entry("bootstrap.servers", "variable:9092"),
            Map.entry("security.protocol", "SASL_SSL"),
            Map.entry("request.timeout.ms", "5000"),
            Map.entry("enable.metrics.push", "false"),
            Map.entry("sasl.jaas.config", "a \"b\" \\c;"));
  }

  @Test
  void tellsAllFaultsAtOnce_eachWithItsPlace() {
    List<String> faults =
        TailraceConfig.read(
                """
                threads: many
                decision_wait: -5s
                decision_wiat: 5s
                ingest: {mode: keyd}
                topics: [a, b]
                topic: {ingest: x}
                limits:
                  spans_per_trace: 0
                  spam: 1
                admin: {port: 70000}
                kafka:
                  security: {protocol: SSL}
                """,
                Map.of("TAILRACE_THREADS", "0", "TAILRACE_TOPIC_INGEST", "x"))
            .getError();

    assertThat(faults)
        .satisfiesExactlyInAnyOrder(
            f -> assertThat(f).contains("threads", "many", "an integer in 1..256", "line 1"),
            f -> assertThat(f).contains("decision_wait", "-5s", "> 0s", "line 2"),
            f -> assertThat(f).contains("decision_wiat", "decision_wait", "line 3"),
            f -> assertThat(f).contains("ingest.mode", "keyd", "did you mean keyed?", "line 4"),
            f -> assertThat(f).contains("topics: a list of 2", "a mapping", "line 5"),
            f -> assertThat(f).contains("topic:", "line 6"),
            f -> assertThat(f).contains("limits.spans_per_trace: 0", "line 8"),
            f -> assertThat(f).contains("limits.spam", "line 9"),
            f -> assertThat(f).contains("admin.port: 70000", "-1..65535", "line 10"),
            f -> assertThat(f).contains("kafka.security", "line 12"),
            f -> assertThat(f).isEqualTo("TAILRACE_THREADS: 0 (expected: an integer in 1..256)"),
            f ->
                assertThat(f)
                    .isEqualTo(
                        "TAILRACE_TOPIC_INGEST: [hidden] (expected: the variable of a known setting)"),
            f -> assertThat(f).startsWith("kafka.bootstrap.servers: absent (expected: host:port"));
  }

  /** A secret at the wrong place, or without the quotes that it needs. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "sasl.jaas.config: hunter2",
        "ssl: {key: {password: hunter2}}",
        "kafka: {ssl.key.password: {value: hunter2}}",
        "kafka: {ssl.key.password: [hunter2]}",
        "kafka: {ssl.key.password: *hunter2}",
        "kafka: {ssl.key.password: !hunter2!x y}",
        "kafka: {ssl.key.password: hunter2, ssl.key.password: hunter2}",
        "kafka: hunter2",
        "kafka: {ssl.key.password: {a: hunter2, b: [}",
        "admin: {password: hunter2}",
        "admin: {token: hunter2}",
        "admin: {token: [hunter2]}",
        "admin: {token: 'hunter2 hunter2 hunter2'}",
        "telemetry: {headers: hunter2}",
        "telemetry: {headers: {authorization: hunter2}}",
        "telemetry: {headers: 'host=hunter2'}",
        "telemetry: {headers: \"a=hunter2\\tb\"}",
        "telemetry: {headers: 'a=b,a=hunter2'}",
        "telemetry: {endpoint: 'http://me:hunter2@otel:4318'}",
        "telemetry: {endpoint: 'http://otel:4318?key=hunter2'}",
        "telemetry: {endpoint: 'http://otel:4318 hunter2'}",
      })
  void namesTheFaultButNotTheSecret(String yaml) {
    assertThat(faults(yaml, Map.of("TAILRACE_SSL_KEY_PASSWORD", "hunter2")))
        .hasSizeGreaterThan(1)
        .noneMatch(fault -> fault.contains("hunter2"))
        .anyMatch(fault -> fault.contains("[hidden]"));
  }

  @Test
  void aTokenIsNotToldEither() {
    assertThat(
            faults(
                "kafka: {bootstrap.servers: 'b:9092'}", Map.of("TAILRACE_ADMIN_TOKEN", "hunter2")))
        .containsExactly(
            "TAILRACE_ADMIN_TOKEN: [hidden] (expected: 16 to 512 printable characters without a"
                + " space)");
  }

  @Test
  void neitherAreTokensOfSenders() {
    assertThat(
            faults(
                "kafka: {bootstrap.servers: 'b:9092'}",
                Map.of("TAILRACE_GATEWAY_TOKENS", "0123456789abcdef,hunter2")))
        .containsExactly(
            "TAILRACE_GATEWAY_TOKENS: [hidden] (expected: 16 to 512 printable characters without a"
                + " space)");
    assertThat(
            faults(
                "{kafka: {bootstrap.servers: 'b:9092'}, gateway: {tokens: [hunter2]}}", Map.of()))
        .containsExactly(
            "gateway.tokens[0]: [hidden] (expected: 16 to 512 printable characters without a"
                + " space) at line 1");
  }

  @Test
  void neitherAreHeadersForTelemetry() {
    assertThat(
            faults(
                "kafka: {bootstrap.servers: 'b:9092'}",
                Map.of(
                    "TAILRACE_TELEMETRY_HEADERS", "Content-Type=hunter2",
                    "TAILRACE_TELEMETRY_ENDPOINT", "hunter2:4317")))
        .containsExactlyInAnyOrder(
            "TAILRACE_TELEMETRY_HEADERS: [hidden] (expected: headers such as authorization=Bearer"
                + " abc, x-tenant=shop, each once)",
            "TAILRACE_TELEMETRY_ENDPOINT: [hidden] (expected: a URL such as http://collector:4318,"
                + " without login or query)");
  }

  @Test
  void theAdminPortIsForThisMachineOnly_unlessToldOtherwise() throws Exception {
    String host = valid("", Map.of()).get(Settings.ADMIN_HOST);

    assertThat(InetAddress.getByName(host).isLoopbackAddress()).isTrue();
  }

  @Test
  void brokenYamlIsAFaultAmongOthers() {
    assertThat(faults("topics: {ingest: [", Map.of("TAILRACE_THREADS", "none"))).hasSize(2);
    assertThat(faults("just text", Map.of())).singleElement().asString().contains("a mapping");
  }

  @Test
  void variablesOfKubernetesServicesAreNotMeant() {
    for (String service : List.of("TAILRACE_", "TAILRACE_GATEWAY_")) {
      valid(
          "",
          Map.of(
              service + "SERVICE_HOST", "10.0.0.1",
              service + "SERVICE_PORT_ADMIN", "9095",
              service + "PORT", "tcp://10.0.0.1:4317",
              service + "PORT_4317_TCP", "tcp://10.0.0.1:4317"));
    }
  }

  @Test
  void ingestTopicsHaveTheirOwnEncodingsOrTheCommonOne_andTheirOrder() {
    TailraceConfig config =
        valid(
            """
            ingest: {encoding: otlp_json}
            topics: {ingest: "otlp_spans, j.1 = jaeger_proto,zipkin=zipkin_json"}
            """,
            Map.of());

    assertThat(config.ingest().all())
        .containsExactly(
            new IngestTopic("otlp_spans", Encoding.OTLP_JSON),
            new IngestTopic("j.1", Encoding.JAEGER_PROTO),
            new IngestTopic("zipkin", Encoding.ZIPKIN_JSON));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "a,; names of topics, such as a, b=jaeger_proto",
        "a b; names of topics",
        "^a.*, b c; names of topics",
        "^(a; as ^(a an RE2 regular expression: missing closing )",
        "^a=otlp; as encoding of ^a one of",
        "^a, ^a=otlp_json; ^a once",
        "a=otlp; as encoding of a one of otlp_proto, otlp_json, jaeger_proto, jaeger_json, zipkin_json",
        "b=; as encoding of b one of",
        "a, b, a=otlp_json; a once",
        "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q; at most 16 topics",
      })
  void refusesWhatIsNoListOfIngestTopics(String written, String expected) {
    assertThat(faults("topics: {ingest: \"" + written + "\"}", Map.of()))
        .singleElement()
        .asString()
        .startsWith("topics.ingest: \"" + written + "\" (expected: " + expected);
  }

  @Test
  void keyedModeTakesOneTopicOfOtlpOnly() {
    assertThat(faults("ingest: {mode: keyed, encoding: jaeger_json}", Map.of()))
        .containsExactly(
            "ingest.encoding: \"jaeger_json\" (expected: otlp_proto, or ingest.mode: unkeyed)");
    assertThat(faults("{ingest: {mode: keyed}, topics: {ingest: \"a, b=zipkin_json\"}}", Map.of()))
        .containsExactly(
            "topics.ingest: 2 topics (expected: one, or ingest.mode: unkeyed)",
            "topics.ingest: \"zipkin_json\" (expected: otlp_proto, or ingest.mode: unkeyed)");
    assertThat(faults("{ingest: {mode: keyed}, topics: {ingest: ^a.*}}", Map.of()))
        .containsExactly(
            "topics.ingest: \"^a.*\" (expected: the name of a topic, or ingest.mode: unkeyed)");
    assertThat(valid("{ingest: {mode: keyed}, topics: {ingest: a=otlp_proto}}", Map.of()))
        .extracting(TailraceConfig::sourceTopic)
        .isEqualTo("a");
  }

  @Test
  void twoTopicsOfOneNameAreRefused() {
    assertThat(faults("topics: {ingest: \"a, b\", export: b}", Map.of()))
        .containsExactly("topics.export: \"b\" (expected: a topic different from topics.ingest)");
    assertThat(faults("topics: {export: otlp_spans}", Map.of()))
        .containsExactly(
            "topics.export: \"otlp_spans\" (expected: a topic different from topics.ingest)");
    assertThat(faults("topics: {decisions: otlp_spans_sampled}", Map.of()))
        .containsExactly(
            "topics.decisions: \"otlp_spans_sampled\" (expected: a topic different from topics.export)");
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "4096, 4096",
    "1KiB, 1024",
    "3 MiB, 3145728",
    "16GiB, 17179869184",
  })
  void readsSizes(String written, long bytes) {
    TailraceConfig config =
        valid("limits: {bytes_per_task: " + written + "}", Map.of("TAILRACE_BUFFER_HEAP", written));

    assertThat(config.get(Settings.MAX_BYTES_PER_TASK)).isEqualTo(bytes);
    assertThat(config.get(Settings.HEAP_CHUNKS)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"'resource.attributes[\"tenant.id\"]'", "['resource.attributes[\"tenant.id\"]']"})
  void readsTheGroupsOfLimits(String written) {
    TailraceConfig config = valid("limits: {group_by: " + written + "}", Map.of());

    assertThat(config.get(Settings.LIMITS_GROUP_BY)).hasToString(OF_TENANT);
    assertThat(
            valid("", Map.of("TAILRACE_LIMITS_GROUP_BY", "resource.attributes[\"tenant.id\"]"))
                .get(Settings.LIMITS_GROUP_BY))
        .hasToString(OF_TENANT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"root.service", "trace.shape", "root.attributes[\"a\"]", "tenant.id"})
  void refusesGroupsThatTheFirstSpansDoNotTell(String selector) {
    assertThat(faults("", Map.of("TAILRACE_LIMITS_GROUP_BY", selector)))
        .containsExactly(
            "TAILRACE_LIMITS_GROUP_BY: \""
                + selector
                + "\" (expected: (resource|scope|span|any).attributes[\"key\"])");
  }

  @Test
  void refusesMoreThanOneAttributeForGroups() {
    assertThat(
            faults(
                "limits: {group_by: ['span.attributes[\"a\"]', 'span.attributes[\"b\"]']}",
                Map.of()))
        .singleElement()
        .asString()
        .contains("limits.group_by: a list of 2", "one attribute");
  }

  @ParameterizedTest
  @CsvSource({"0", "-1", "1.5GiB", "1MB", "1 k", "GiB", "''", "1mib"})
  void refusesWhatIsNoSize(String written) {
    assertThat(faults("", Map.of("TAILRACE_BUFFER_HEAP", written)))
        .singleElement()
        .asString()
        .startsWith("TAILRACE_BUFFER_HEAP: ")
        .contains("(expected: a size");
  }

  @Test
  void refusesWhatIsNoPath() {
    assertThat(faults("state_dir: \"a\\0\"\npolicies: {bootstrap: \"\\0\"}", Map.of()))
        .containsExactly(
            "state_dir: \"a?\" (expected: a path) at line 1",
            "policies.bootstrap: \"?\" (expected: a path) at line 2");
  }

  @Test
  void refusesASizeThatNoArrayHolds() {
    assertThat(valid("buffer: {chunk: 1GiB}", Map.of()).get(Settings.CHUNK)).isEqualTo(1 << 30);
    assertThat(faults("buffer: {chunk: 2GiB}", Map.of()))
        .singleElement()
        .asString()
        .contains("buffer.chunk", "2GiB", "a size of at most 1GiB");
  }

  private static String yaml(Sample sample) {
    String entry = sample.setting.key() + ": " + sample.written;
    String group = sample.setting.group();
    return group.isEmpty() ? entry : group + ":\n  " + entry;
  }

  private static TailraceConfig valid(String yaml, Map<String, String> environment) {
    return TailraceConfig.read(yaml, withBroker(environment))
        .fold(
            faults -> {
              throw new AssertionError(String.join("\n", faults));
            },
            config -> config);
  }

  private static List<String> faults(String yaml, Map<String, String> environment) {
    return TailraceConfig.read(yaml, withBroker(environment)).getError();
  }

  private static Map<String, String> withBroker(Map<String, String> environment) {
    Map<String, String> all = new HashMap<>(environment);
    all.putIfAbsent(BROKER, "broker:9092");
    return all;
  }
}
