package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.google.protobuf.ByteString;
import io.opentelemetry.proto.trace.v1.Span;
import io.tailrace.topology.instance.Engine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Extreme spans, records and policies: every span is exported once. */
class ExtremesTest {
  private static final String ALL = "policies: [{name: all, type: always_sample}]";
  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final int PARTITIONS = 4; // as a Fleet has them
  private static final int BATCH_OF_ONE =
      66; // what a batch adds to a value, but for the two lengths
  private static final long LATER = 1_000_000;

  @TempDir Path directory;
  private EmbeddedKafka kafka;
  private TestClients clients;
  private Fleet fleet;
  private WrittenSpans spans;

  @BeforeEach
  void start() throws Exception {
    kafka = EmbeddedKafka.builder().start();
    clients = new TestClients(kafka.bootstrapServers());
    Path policies = Files.writeString(directory.resolve("policies.yaml"), ALL);
    fleet =
        new Fleet(kafka, directory)
            .set("TAILRACE_POLICIES_BOOTSTRAP", policies.toString())
            .set("TAILRACE_DECISION_WAIT", "2s");
    spans = new WrittenSpans(kafka.bootstrapServers(), "none");
  }

  @AfterEach
  void stop() {
    spans.close();
    fleet.close();
    kafka.close();
  }

  @Test
  void aTraceOfAHundredThousandSpans_isExportedWholeInParts() throws Exception {
    fleet.set("TAILRACE_LIMITS_SPANS_PER_TRACE", "1000000").start(1);

    writeHugeTrace();

    try (ExportReader export = awaitExport()) {
      assertThat(export.records)
          .hasSizeGreaterThan(1)
          .allSatisfy(
              record ->
                  assertThat(ExportReader.header(record, "tailrace-part"))
                      .endsWith("/" + export.records.size()))
          .allSatisfy(record -> assertThat(isLate(record)).isFalse());
      assertThat(export.spansByTrace()).isEqualTo(spans.byTrace());
    }
  }

  @Test
  void aTraceBeyondItsBound_isDecidedEarly_andTheRestFollowsLate() throws Exception {
    Engine engine = fleet.set("TAILRACE_LIMITS_SPANS_PER_TRACE", "30000").start(1);

    writeHugeTrace();

    try (ExportReader export = awaitExport()) {
      long late =
          export.records.stream()
              .filter(ExtremesTest::isLate)
              .mapToLong(record -> ExportReader.spans(record).size())
              .sum();
      assertThat(late).isEqualTo(70_000);
      assertThat(export.spansByTrace()).isEqualTo(spans.byTrace());
    }
    assertThat(decidedEarly(engine, "spans_per_trace")).isEqualTo(1);
  }

  @Test
  void aHotTraceIdBesideNormalOnes_changesNothingForThese() throws Exception {
    Engine engine = fleet.set("TAILRACE_LIMITS_SPANS_PER_TRACE", "2000").start(1);

    for (int round = 0; round < 500; round++) {
      Span[] record = new Span[22];
      for (int hot = 0; hot < 20; hot++) {
        record[hot] = spans.span(1);
      }
      record[20] = spans.span(100 + round);
      record[21] = spans.span(100 + round);
      spans.write(round % PARTITIONS, System.currentTimeMillis(), record);
    }

    try (ExportReader export = awaitExport()) {
      assertThat(export.spansByTrace()).isEqualTo(spans.byTrace());
      assertThat(export.records)
          .filteredOn(record -> traceOf(record) != 1)
          .as("the others are whole and in time")
          .hasSize(500)
          .allSatisfy(record -> assertThat(isLate(record)).isFalse());
    }
    assertThat(decidedEarly(engine, "spans_per_trace")).isEqualTo(1);
  }

  @Test
  @Tag("crash")
  void aRecordOfTheSizeThatTheBrokerTakes_andNoByteLess() throws Exception {
    aRecordOfTheSizeThatTheBrokerTakes(1 << 20);
  }

  @Test
  void aRecordOfFourTimesTheSizeThatABrokerTakesByDefault_andNoByteLess() throws Exception {
    aRecordOfTheSizeThatTheBrokerTakes(4 << 20);
  }

  private void aRecordOfTheSizeThatTheBrokerTakes(int size) throws Exception {
    int limit = size + 12; // the default of message.max.bytes is this much above 1 MiB, too
    clients.createTopic(
        "otlp_spans", PARTITIONS, Map.of("max.message.bytes", Integer.toString(limit)));
    fleet.start(1);

    // The largest that fits, of bytes that no compression makes smaller; one trace, then two.
    writeLargest(limit, 1);
    writeLargest(limit, 2, 3);

    try (ExportReader export = awaitExport()) {
      assertThat(export.spansByTrace()).isEqualTo(spans.byTrace());
    }
  }

  @Test
  @Tag("crash")
  void poisonRecordsBesideGoodOnes_areDeadLetters_eachOnce_keyed() throws Exception {
    poisonRecordsAreDeadLetters("keyed");
  }

  @Test
  void poisonRecordsBesideGoodOnes_areDeadLetters_eachOnce_unkeyed() throws Exception {
    poisonRecordsAreDeadLetters("unkeyed");
  }

  private void poisonRecordsAreDeadLetters(String mode) throws Exception {
    fleet.set("TAILRACE_INGEST_MODE", mode).start(1);
    Random random = new Random(4);
    List<Future<RecordMetadata>> written = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      int partition = i % PARTITIONS;
      long now = System.currentTimeMillis();
      byte[] good = Otlp.request(spans.span(i), spans.span(i)).toByteArray();
      spans.writeBytes(partition, now, good);
      byte[] garbage = new byte[1 + random.nextInt(200)];
      random.nextBytes(garbage);
      garbage[0] = 7; // wire type 7, which there is not
      byte[] bad =
          switch (i % 4) {
            case 0 -> garbage;
            case 1 -> null;
            case 2 -> Arrays.copyOf(good, 1 + random.nextInt(good.length - 1));
            default -> Otlp.request(withoutTraceId()).toByteArray();
          };
      written.add(spans.writeBytes(partition, now, bad));
    }
    Set<String> poison = new TreeSet<>();
    for (Future<RecordMetadata> record : written) {
      poison.add(position(record.get()));
    }

    try (ExportReader export = awaitExport();
        ExportReader letters =
            new ExportReader(kafka.bootstrapServers(), "tailrace_dead_letters")) {
      assertThat(export.spansByTrace()).isEqualTo(spans.byTrace());
      letters.readUntil(() -> letters.records.size() >= poison.size());
      letters.readFor(Duration.ofSeconds(1));
      assertThat(letters.records).hasSize(poison.size());
      assertThat(letters.records.stream().map(ExtremesTest::cameFrom).collect(Collectors.toSet()))
          .isEqualTo(poison);
    }
  }

  @Test
  void tenThousandPolicyDocuments_halfOfThemWrong_theLastGoodOneHoldsEverywhere() throws Exception {
    int documents = 10_000;
    List<Engine> engines = List.of(fleet.start(1), fleet.start(2));
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    Logger policyLog =
        (Logger)
            LoggerFactory.getLogger(
                "io.tailrace.topology.fleet.PolicyDocuments"); // package-private
    log.start();
    policyLog.addAppender(log);
    policyLog.setAdditive(false); // not ten thousand lines in the build's output
    try {
      publishPoliciesWhileSpansFlow(documents);
      await()
          .atMost(BOUND)
          .untilAsserted(
              () ->
                  assertThat(engines)
                      .allSatisfy(
                          engine ->
                              assertThat(PolicyGauges.version(engine)).isEqualTo(documents - 1)));
      await()
          .atMost(BOUND)
          .until(() -> engines.stream().allMatch(e -> PolicyGauges.refused(e) == 5_000));
      for (int i = 0; i < 40; i++) {
        spans.write(i % PARTITIONS, System.currentTimeMillis(), spans.span(LATER + i));
      }
      try (ExportReader export = awaitExport()) {
        assertThat(export.spansByTrace()).isEqualTo(spans.byTrace());
        assertThat(export.records)
            .filteredOn(record -> traceOf(record) >= LATER)
            .hasSize(40)
            .allSatisfy(
                record ->
                    assertThat(ExportReader.header(record, "tailrace-policy-version"))
                        .isEqualTo(Integer.toString(documents - 1)));
      }
    } finally {
      policyLog.setAdditive(true);
      policyLog.detachAppender(log);
    }
    List<ILoggingEvent> errors =
        List.copyOf(log.list).stream().filter(e -> e.getLevel() == Level.ERROR).toList();
    assertThat(errors).as("a line each in each instance").hasSize(2 * documents / 2);
    assertThat(errors).allSatisfy(e -> assertThat(e.getFormattedMessage()).hasSizeLessThan(1_000));
    assertThat(engines)
        .as("names of policies are bounded in the metrics")
        .allSatisfy(
            engine ->
                assertThat(engine.metrics().find("tailrace.policy.keeps").counters())
                    .hasSizeLessThanOrEqualTo(1_000));
  }

  /**
   * Every second one is wrong, the last one too; each of the others has a policy name of its own.
   */
  private void publishPoliciesWhileSpansFlow(int documents) {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new StringSerializer(),
            new StringSerializer())) {
      for (int i = 0; i < documents; i++) {
        String policy = "{name: p" + i + (i % 2 == 0 ? ", type: always_sample}" : "}");
        producer.send(
            new ProducerRecord<>("tailrace_policies", "default", "policies: [" + policy + "]"));
        if (i % 10 == 0) {
          spans.write(i % PARTITIONS, System.currentTimeMillis(), spans.span(i), spans.span(i));
        }
      }
    }
  }

  private void writeHugeTrace() {
    Span[][] records = new Span[200][500];
    for (Span[] record : records) {
      Arrays.setAll(record, i -> spans.sized(1, "a payload of some length, as spans have them"));
    }
    long now = System.currentTimeMillis(); // what took longer than the decision wait would be late
    for (int i = 0; i < records.length; i++) {
      spans.write(i % PARTITIONS, now, records[i]);
    }
  }

  /** Writes the largest record that the broker takes, having tried one byte more. */
  private void writeLargest(int limit, long... traces) throws Exception {
    Span[] record = LongStream.of(traces).mapToObj(spans::span).toArray(Span[]::new);
    int lengths = limit - BATCH_OF_ONE < 1 << 20 ? 2 * 3 : 2 * 4; // as signed varints
    int largest = limit - BATCH_OF_ONE - lengths;
    int tried = largest / record.length - 1_000;
    int missing = largest - padded(record, tried, 0).length;
    byte[] value = padded(record, tried + missing / record.length, missing % record.length);
    assertThat(value).hasSize(largest);
    assertThatThrownBy(
            () ->
                spans
                    .writeBytes(0, System.currentTimeMillis(), Arrays.copyOf(value, largest + 1))
                    .get())
        .hasCauseInstanceOf(RecordTooLargeException.class);
    spans.writeBytes(0, System.currentTimeMillis(), value).get();
  }

  /** The spans with so many bytes of payload each, the first with some more. */
  private static byte[] padded(Span[] record, int each, int more) {
    Random random = new Random(each);
    Span[] large = record.clone();
    for (int i = 0; i < large.length; i++) {
      String payload = text(random, i == 0 ? each + more : each);
      large[i] = large[i].toBuilder().addAttributes(Otlp.string("payload", payload)).build();
    }
    return Otlp.request(large).toByteArray();
  }

  private static String text(Random random, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (' ' + random.nextInt(95));
    }
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  /** The export topic, read until as many spans have come as were written, and then some. */
  private ExportReader awaitExport() {
    spans.flush();
    long written = spans.byTrace().values().stream().mapToLong(List::size).sum();
    ExportReader export = new ExportReader(kafka.bootstrapServers(), "otlp_spans_sampled");
    AtomicInteger read = new AtomicInteger();
    AtomicLong seen = new AtomicLong();
    export.readUntil(
        () -> {
          while (read.get() < export.records.size()) {
            seen.addAndGet(ExportReader.spans(export.records.get(read.getAndIncrement())).size());
          }
          return seen.get() >= written;
        });
    export.readFor(Duration.ofSeconds(1));
    return export;
  }

  private static Span withoutTraceId() {
    return Span.newBuilder().setTraceId(ByteString.copyFrom(new byte[16])).setName("op").build();
  }

  private static long traceOf(ConsumerRecord<byte[], byte[]> exported) {
    String id = new String(exported.key(), StandardCharsets.US_ASCII);
    return Long.parseLong(id.substring(16), 16);
  }

  private static boolean isLate(ConsumerRecord<byte[], byte[]> exported) {
    return exported.headers().lastHeader("tailrace-late") != null;
  }

  private static String position(RecordMetadata written) {
    return written.partition() + "@" + written.offset();
  }

  private static String cameFrom(ConsumerRecord<byte[], byte[]> letter) {
    return ExportReader.header(letter, "tailrace-partition")
        + "@"
        + ExportReader.header(letter, "tailrace-offset");
  }

  private static double decidedEarly(Engine engine, String reason) {
    return engine
        .metrics()
        .get("tailrace.traces.decided.early")
        .tag("reason", reason)
        .counter()
        .count();
  }
}
