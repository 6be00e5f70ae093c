package io.tailrace.loadtests.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.opentelemetry.proto.trace.v1.TracesData;
import io.tailrace.loadtests.EmbeddedKafka;
import io.tailrace.loadtests.TestClients;
import io.tailrace.loadtests.oracle.Oracle;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the check of a soak accepts, and what it sees, on topics written by hand. */
class ExportCheckTest {
  private static final long START = 1_700_000_000_000L;
  private static final long WAIT = 10_000;
  private static final long LATER = 60_000; // all spans of the traces have come
  private static final long MUCH_LATER = 300_000;
  private static final String ERRORS =
      """
      {"policies": [{"name": "errors", "type": "status_code", "status_code": {"status_codes": ["ERROR"]}}]}""";
  private static EmbeddedKafka kafka;
  private static KafkaProducer<byte[], byte[]> producer;
  private static int test;

  private ExportCheck.Topics topics;
  private ExportCheck check;

  @BeforeAll
  static void startBroker() {
    kafka = EmbeddedKafka.builder().start();
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  @AfterAll
  static void stopBroker() {
    producer.close();
    kafka.close();
  }

  /** An error trace that is kept, and one that is not. */
  @BeforeEach
  void aRightRun() throws Exception {
    test++;
    topics =
        new ExportCheck.Topics(
            "config" + test, "ingest" + test, "decisions" + test, "export" + test, "dead" + test);
    TestClients clients = new TestClients(kafka.bootstrapServers());
    for (String topic :
        List.of(
            topics.config(),
            topics.ingest(),
            topics.decisions(),
            topics.export(),
            topics.deadLetters())) {
      clients.createTopic(topic, 1);
    }
    check =
        new ExportCheck(
            kafka.bootstrapServers(),
            topics,
            new Oracle(
                new Oracle.Rules(true, WAIT, 500, 2_000, true),
                ERRORS,
                List.of(),
                Set.of(),
                Long.MAX_VALUE));
    ingest(START, error(1));
    ingest(START + 1, span(2));
    decide(1, START + WAIT, true);
    decide(2, START + WAIT + 1, false);
  }

  @AfterEach
  void close() {
    check.close();
  }

  @Test
  void acceptsTheRightExport_onceAllSpansCanHaveCome() throws Exception {
    export(1, error(1));
    check.round();
    assertThat(check.judged()).isZero();

    ingest(START + LATER, span(3));
    check.round();

    assertThat(check.judged()).isEqualTo(2);
    assertThat(check.kept()).isEqualTo(1);
    assertThatCode(check::assertNone).doesNotThrowAnyException();
    decide(3, START + LATER + WAIT, false);
    check.finish();
    check.assertDeadLetters();
    assertThat(check.judged()).isEqualTo(3);
  }

  @Test
  void waitsForAnExport_andThenMissesIt() throws Exception {
    ingest(START + LATER, span(3));
    check.round();
    assertThat(check.judged()).as("only what is not kept").isEqualTo(1);
    check.assertNone();

    ingest(START + MUCH_LATER, span(4));
    check.round();

    assertThatThrownBy(check::assertNone).hasMessageContaining(id(1) + " is missing");
  }

  @Test
  void seesATraceThatIsExportedAgain_afterItWasJudged() throws Exception {
    export(1, error(1));
    ingest(START + LATER, span(3));
    decide(3, START + LATER + WAIT, false);
    check.round();
    assertThat(check.judged()).isEqualTo(2);

    export(1, error(1));

    assertThatThrownBy(check::finish).hasMessageContaining(id(1) + " was exported");
  }

  @Test
  void seesATraceThatIsDecidedAsKept_andNotExported() throws Exception {
    export(1, error(1));
    decide(2, START + WAIT + 1, true);
    ingest(START + MUCH_LATER, span(3));

    check.round();

    assertThatThrownBy(check::assertNone).hasMessageContaining("trace " + id(2) + " has decisions");
  }

  @Test
  void requiresATraceThatWasAskedFor() throws Exception {
    export(1, error(1));
    check.round();
    assertThat(check.askForDropped()).contains(id(2));
    assertThat(check.dropped()).isEmpty();
    ingest(START + MUCH_LATER, span(3));
    check.round();
    assertThatThrownBy(check::assertNone).hasMessageContaining(id(2) + " is missing");
  }

  @Test
  void seesAMissingDeadLetter() throws Exception {
    ingest(START + 2, (byte[]) null);
    export(1, error(1));
    ingest(START + LATER, span(3));
    check.round();

    assertThatThrownBy(check::assertDeadLetters).hasMessageContaining("missing [Position");
  }

  private void ingest(long time, Span span) throws Exception {
    ingest(time, record(span));
  }

  private void ingest(long time, byte[] value) throws Exception {
    producer.send(new ProducerRecord<>(topics.ingest(), 0, time, null, value)).get();
  }

  private void decide(long trace, long time, boolean kept) throws Exception {
    String decision =
        "{\"trace_id\":\"%s\",\"decision\":\"%s\",\"decided_at\":\"%s\"}"
            .formatted(id(trace), kept ? "sampled" : "not_sampled", Instant.ofEpochMilli(time));
    producer
        .send(new ProducerRecord<>(topics.decisions(), decision.getBytes(StandardCharsets.UTF_8)))
        .get();
  }

  private void export(long trace, Span span) throws Exception {
    Span stamped = span.toBuilder().setTraceState("ot=th:0").build();
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            topics.export(), id(trace).getBytes(StandardCharsets.US_ASCII), record(stamped));
    Map.of(
            "tailrace-policy", "errors",
            "tailrace-policy-version", "0",
            "tailrace-decided-at", Long.toString(START + WAIT),
            "tailrace-threshold", "0")
        .forEach(
            (name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
    producer.send(record).get();
  }

  private static byte[] record(Span span) {
    return TracesData.newBuilder()
        .addResourceSpans(
            ResourceSpans.newBuilder().addScopeSpans(ScopeSpans.newBuilder().addSpans(span)))
        .build()
        .toByteArray();
  }

  private static Span error(long trace) {
    return span(trace).toBuilder().setStatus(Status.newBuilder().setCodeValue(2)).build();
  }

  private static Span span(long trace) {
    return Span.newBuilder()
        .setTraceId(bytes(16, trace))
        .setSpanId(bytes(8, trace))
        .setName("op")
        .build();
  }

  private static ByteString bytes(int length, long value) {
    return ByteString.copyFrom(ByteBuffer.allocate(length).putLong(length - 8, value).array());
  }

  private static String id(long trace) {
    return HexFormat.of().formatHex(bytes(16, trace).toByteArray());
  }
}
