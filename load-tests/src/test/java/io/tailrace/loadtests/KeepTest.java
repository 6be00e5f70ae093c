package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.trace.v1.Span;
import io.tailrace.topology.cli.TailraceCommand;
import io.tailrace.topology.instance.Engine;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Keeps traces on request, with a fleet of two whose policies keep nothing. */
class KeepTest {
  private static final Duration BOUND = Duration.ofSeconds(90);
  private static final int TRACES = 12;
  private static final int PARTITIONS = 4;
  private static final long UNKNOWN = 999;
  private static final String NOTHING =
      "policies: [{name: none, type: span_count, span_count: {min_spans: 1000000}}]";

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final Map<String, List<String>> sent = new TreeMap<>();
  private EmbeddedKafka kafka;
  private TestClients clients;
  private Fleet fleet;
  private Path configuration;
  private long spans;

  @BeforeEach
  void start() throws Exception {
    kafka = EmbeddedKafka.builder().start();
    clients = new TestClients(kafka.bootstrapServers());
    fleet = new Fleet(kafka, directory);
  }

  @AfterEach
  void stop() {
    fleet.close();
    kafka.close();
  }

  @Test
  void keepsWhatIsOpen_readsBackWhatWasDropped_andLateSpansFollow() throws Exception {
    configure("unkeyed", "2m", "10m");
    Engine one = fleet.start(1);
    Engine two = fleet.start(2);
    int dropped = TRACES / 2;
    write(1, dropped, true);
    write(1, dropped, true);
    awaitDecisions(dropped);
    write(dropped + 1, TRACES, false);
    await().atMost(BOUND).until(() -> received(one) + received(two) == spans);

    assertThat(keep(ids())).as(out + "" + err).isZero();
    List<String> told = out.toString().lines().toList();
    assertThat(told.subList(0, dropped))
        .allSatisfy(line -> assertThat(line).endsWith(": exported 2 spans, late ones follow"));
    assertThat(told.subList(dropped, TRACES))
        .hasSize(TRACES - dropped)
        .allSatisfy(line -> assertThat(line).endsWith(": open, kept when due"));
    try (ExportReader requests = reader("tailrace_keep")) {
      requests.readUntil(() -> requests.records.size() == TRACES);
      assertThat(new String(requests.records.get(0).value(), StandardCharsets.UTF_8))
          .contains("\"author\":\"" + System.getProperty("user.name") + "\"");
    }
    write(1, TRACES, true);
    assertExported();
    write(1, TRACES, true);
    assertAlreadyKept();
    assertExported();

    String admin = "127.0.0.1:" + one.adminPort();
    assertThat(run("explain", id(1), "--instance", admin)).as(err.toString()).isZero();
    assertThat(out.toString())
        .contains("recorded: kept on request")
        .contains("evaluated again from the log: not_sampled")
        .doesNotContain("NOT WHAT IS RECORDED");
  }

  @Test
  void exportsOnce_whenAnInstanceIsKilledBetweenRequestAndExport() throws Exception {
    configure("unkeyed", "2m", "10m");
    try (EngineProcess killed = process()) {
      killed.awaitReady();
      fleet.start(2);
      write(1, TRACES, true);
      awaitDecisions(TRACES);
      for (String id : ids()) {
        clients.write("tailrace_keep", id, null);
      }
      await().atMost(BOUND).until(() -> killed.said().contains("reading a trace back"));
      killed.kill();
    }
    assertAnswers(TRACES);
    assertExported();
    write(1, TRACES, true);
    assertExported();
  }

  @Test
  @Tag("crash") // a minute, most of which is waiting
  void exportsOnce_whenAnInstanceIsKilledWhileItSearches_forWhatHasNoVerdictAnyMore()
      throws Exception {
    configure("keyed", "1s", "2s");
    try (EngineProcess killed = process()) {
      killed.awaitReady();
      fleet.start(2);
      write(1, TRACES, true);
      awaitDecisions(TRACES);
      letVerdictsExpire();
      for (String id : ids()) {
        for (int partition = 0; partition < PARTITIONS; partition++) {
          clients.write("tailrace_keep", partition, id, null);
        }
      }
      awaitVerdictsByHand(); // nothing is exported before they are saved
      killed.kill();
    }
    assertAnswers(TRACES * PARTITIONS);
    assertExported();

    assertAlreadyKept();
    assertExported();
  }

  private EngineProcess process() {
    fleet
        .set("TAILRACE_COMMIT_INTERVAL", "2s")
        .set("TAILRACE_KAFKA_MAIN_CONSUMER_SESSION_TIMEOUT_MS", "6000");
    return new EngineProcess(fleet.settings(1), directory.resolve("engine-1.log"));
  }

  private void configure(String mode, String wait, String verdictRetention) throws IOException {
    Path bootstrap = Files.writeString(directory.resolve("policies.yaml"), NOTHING);
    fleet
        .set("TAILRACE_POLICIES_BOOTSTRAP", bootstrap.toString())
        .set("TAILRACE_INGEST_MODE", mode)
        .set("TAILRACE_DECISION_WAIT", wait)
        .set("TAILRACE_DECISION_WAIT_AFTER_ROOT_RECEIVED", "1s")
        .set("TAILRACE_VERDICT_RETENTION", verdictRetention)
        .set("TAILRACE_TOPICS_DECISIONS", "tailrace_decisions");
    configuration =
        Files.writeString(
            directory.resolve("tailrace.yaml"),
            """
            ingest: {mode: %s}
            decision_wait: %s
            decision_wait_after_root_received: 1s
            verdict_retention: %s
            policies: {bootstrap: '%s'}
            kafka: {bootstrap.servers: '%s'}
            """
                .formatted(mode, wait, verdictRetention, bootstrap, kafka.bootstrapServers()));
  }

  /** One more span of each of these traces; the root span makes them due. */
  private void write(long first, long last, boolean isRoot) throws Exception {
    for (long trace = first; trace <= last; trace++) {
      writeSpan(trace, System.currentTimeMillis(), isRoot);
    }
  }

  private void writeSpan(long trace, long time, boolean isRoot) throws Exception {
    ByteString spanId = id8(++spans);
    Span.Builder span = Otlp.span(trace).toBuilder().setSpanId(spanId);
    if (!isRoot) {
      span.setParentSpanId(id8(Long.MAX_VALUE));
    }
    clients.writeSpans("otlp_spans", (int) trace % PARTITIONS, time, span.build());
    if (trace <= TRACES) {
      sent.computeIfAbsent(id(trace), t -> new ArrayList<>()).add(ExportReader.hex(spanId));
    }
  }

  private static ByteString id8(long id) {
    return ByteString.copyFrom(ByteBuffer.allocate(Long.BYTES).putLong(id).array());
  }

  private static double received(Engine engine) {
    return engine.metrics().get("tailrace.spans.received").counter().count();
  }

  private void awaitDecisions(int count) {
    try (ExportReader decisions = reader("tailrace_decisions")) {
      decisions.readUntil(() -> decisions.records.size() >= count);
    }
  }

  /** Lets log time go on, in all partitions. */
  private void letVerdictsExpire() throws Exception {
    for (long filler = 900; filler < 900 + PARTITIONS; filler++) {
      writeSpan(filler, System.currentTimeMillis() + 5_000, true);
    }
    awaitDecisions(TRACES + PARTITIONS);
  }

  private void awaitVerdictsByHand() {
    try (ExportReader ledger = reader("tailrace-verdict-ledger-changelog")) {
      ledger.readUntil(
          () ->
              ledger.records.stream()
                      .filter(KeepTest::isByHand)
                      .map(ConsumerRecord::partition)
                      .distinct()
                      .count()
                  == PARTITIONS);
    }
  }

  private static boolean isByHand(ConsumerRecord<byte[], byte[]> record) {
    return new String(record.value(), StandardCharsets.UTF_8).contains("(kept by hand)");
  }

  private void assertAnswers(int count) {
    try (ExportReader answers = reader("tailrace_keep_results")) {
      answers.readUntil(() -> answers.records.size() >= count);
      answers.readFor(Duration.ofSeconds(1));
      assertThat(answers.records).as("one for each request").hasSize(count);
    }
  }

  /** Also distinguishes an unknown trace. */
  private void assertAlreadyKept() {
    List<String> ids = new ArrayList<>(List.of(ids()));
    ids.add(id(UNKNOWN));
    assertThat(keep(ids.toArray(String[]::new))).as(out + "" + err).isEqualTo(1);
    List<String> told = out.toString().lines().toList();
    assertThat(told.subList(0, TRACES))
        .allSatisfy(line -> assertThat(line).endsWith(": already kept"));
    assertThat(told.subList(TRACES, told.size()))
        .containsExactly(id(UNKNOWN) + ": unknown: in no verdict, and not in the log");
  }

  /** Waits until all that was sent has come out, and a while for what must not come. */
  private void assertExported() {
    try (ExportReader export = reader("otlp_spans_sampled")) {
      export.readUntil(
          () ->
              export.spansByTrace().values().stream().mapToInt(List::size).sum()
                  >= sent.values().stream().mapToInt(List::size).sum());
      export.readFor(Duration.ofSeconds(1));
      assertThat(export.spansByTrace()).isEqualTo(sent);
    }
  }

  private ExportReader reader(String topic) {
    return new ExportReader(kafka.bootstrapServers(), topic);
  }

  private int keep(String... ids) {
    List<String> arguments = new ArrayList<>(List.of("keep"));
    arguments.addAll(List.of(ids));
    return run(arguments.toArray(String[]::new));
  }

  private int run(String... command) {
    List<String> arguments = new ArrayList<>(List.of(command));
    arguments.addAll(List.of("-c", configuration.toString()));
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return TailraceCommand.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments.toArray(String[]::new));
  }

  private static String[] ids() {
    return LongStream.rangeClosed(1, TRACES).mapToObj(KeepTest::id).toArray(String[]::new);
  }

  private static String id(long trace) {
    return ExportReader.hex(Otlp.traceId(trace));
  }
}
