package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A right that is withdrawn from a running instance. The instance ends with a line that names the
 * right; started again with the right, it continues with every span once.
 */
@Tag("crash")
class AccessWithdrawnTest {
  private static final Duration TO_EXIT = Duration.ofSeconds(60);
  private static final int TRACES = 30;

  @TempDir static Path shared;
  private static SecuredKafka kafka;
  private static WrittenSpans spans;
  private static long nextTrace = 1;

  @TempDir Path directory;

  @BeforeAll
  static void startBroker() throws Exception {
    kafka = new SecuredKafka(shared);
    kafka.grant(AclTable.always());
    kafka.grant(AclTable.toCreate());
    spans = new WrittenSpans(kafka.broker().internalServers(), "none");
  }

  @AfterAll
  static void stopBroker() {
    spans.close();
    kafka.close();
  }

  /** ACLs of requests that an instance repeats. The others are needed at its start only. */
  static Stream<AclBinding> inUse() throws IOException {
    return AclTable.always().stream()
        .filter(acl -> acl.entry().operation() != AclOperation.DESCRIBE_CONFIGS)
        .filter(
            acl ->
                !List.of(
                        "tailrace_policies",
                        "tailrace_status",
                        "tailrace_policy_history",
                        "tailrace_keep",
                        "tailrace_keep_results")
                    .contains(acl.pattern().name()))
        .filter(
            acl ->
                !acl.pattern().name().equals("tailrace-")
                    || acl.entry().operation() == AclOperation.WRITE);
  }

  @ParameterizedTest
  @MethodSource("inUse")
  void namesTheRight_andContinuesOnceItIsBack(AclBinding right) throws Exception {
    Path log = directory.resolve("engine.log");
    try (EngineProcess engine = new EngineProcess(settings(), log)) {
      engine.awaitReady();
      write();
      engine.awaitWorking();
      kafka.revoke(right);
      try {
        write();
        kafka.clients().write("otlp_spans", null, "garbage");
        write();
        assertThat(engine.awaitExit(TO_EXIT)).isEqualTo(1);
        assertThat(Files.readString(log).lines().filter(line -> line.contains("cannot continue")))
            .as(engine::said)
            .singleElement()
            .asString()
            .containsPattern(
                " ERROR .*cannot continue: " + named(right) + " \\(expected: the ACLs");
        write();
      } finally {
        kafka.grant(List.of(right));
      }
    }
    Map<String, List<String>> expected = spans.byTrace();
    try (EngineProcess engine = new EngineProcess(settings(), log);
        ExportReader export =
            new ExportReader(kafka.broker().internalServers(), "otlp_spans_sampled")) {
      engine.awaitReady();
      export.readUntilAllOf(expected.keySet());
      export.readFor(Duration.ofSeconds(2));
      assertThat(export.spansByTrace()).isEqualTo(expected);
      assertThat(engine.terminate(Duration.ofSeconds(30))).isEqualTo(143);
    }
  }

  /** Pattern of the denied right. A commit is denied without the name of the topic. */
  private static String named(AclBinding right) {
    String name = right.pattern().name();
    return switch (right.pattern().resourceType()) {
      case GROUP -> "group " + name + ": access denied: Read";
      case TRANSACTIONAL_ID -> "transactional ids of application_id: access denied: Write";
      default ->
          right.entry().operation() == AclOperation.READ
              ? "(topic %s: access denied|an ingest topic or topics.spans_by_trace: access denied: Read)"
                  .formatted(name)
              : "topic %s[a-z-]*: access denied: Write".formatted(name);
    };
  }

  private static void write() {
    for (int i = 0; i < TRACES; i++) {
      long trace = nextTrace++;
      spans.write(0, System.currentTimeMillis(), spans.span(trace));
      spans.write(1, System.currentTimeMillis(), spans.error(trace));
    }
    spans.flush();
  }

  private Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>(kafka.asTailrace(kafka.password));
    settings.put("TAILRACE_STATE_DIR", directory.resolve("state").toString());
    settings.put("TAILRACE_TOPICS_PARTITIONS", "2");
    settings.put("TAILRACE_THREADS", "1");
    settings.put("TAILRACE_DECISION_WAIT", "1s");
    settings.put("JAVA_TOOL_OPTIONS", "-Dlogback.configurationFile=logback.xml");
    return settings;
  }
}
