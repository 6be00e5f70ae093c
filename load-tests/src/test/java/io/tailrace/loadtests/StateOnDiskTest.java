package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Open traces that exceed the heap, and a disk without room for them. */
class StateOnDiskTest {
  private static final String ERRORS =
      "policies: [{name: errors, type: status_code, status_code: {status_codes: [ERROR]}}]";
  private static final Duration BOUND = Duration.ofMinutes(2);
  private static final Duration TO_TAKE_IN = Duration.ofMinutes(15);
  private static final int SPANS_PER_TRACE = 8;
  private static final int KEPT_OF = 20; // one of so many traces has an error
  private static final int TRACES_AT_A_TIME = 50;
  private static final int PAYLOAD_BYTES = 10_000;
  private static final int ROCKSDB_MIB = 32;

  /** What a JVM takes beside its heap: classes, code, threads, Kafka's and RocksDB's buffers. */
  private static final int OVERHEAD_MIB = 300;

  @TempDir Path directory;
  private final Random random = new Random(7);
  private final String[] payloads = payloads();
  private final Map<String, String> settings = new LinkedHashMap<>();
  private EmbeddedKafka kafka;
  private WrittenSpans spans;
  private Path log;
  private long nextTrace;

  @BeforeEach
  void start() throws Exception {
    kafka = EmbeddedKafka.builder().start();
    spans = new WrittenSpans(kafka.bootstrapServers(), "lz4");
    log = directory.resolve("engine.log");
    Path policies = Files.writeString(directory.resolve("policies.yaml"), ERRORS);
    settings.put("TAILRACE_KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers());
    settings.put("TAILRACE_STATE_DIR", directory.resolve("state").toString());
    settings.put("TAILRACE_POLICIES_BOOTSTRAP", policies.toString());
    settings.put("TAILRACE_INGEST_MODE", "keyed");
    settings.put("TAILRACE_TOPICS_PARTITIONS", "1");
    settings.put("TAILRACE_THREADS", "1");
    settings.put("TAILRACE_DECISION_WAIT", "5m");
    settings.put("TAILRACE_BUFFER_ROCKSDB_MEMORY", ROCKSDB_MIB + "MiB");
  }

  @AfterEach
  void stop() {
    spans.close();
    kafka.close();
  }

  @Test
  void openTracesOfTwiceTheHeap_comeOutWhole() throws Exception {
    keepsOpenTraces(64, 2 * 64);
  }

  @Test
  @Tag("crash")
  void openTracesOfTenGibibytes_comeOutWhole_withAHeapOfOne() throws Exception {
    keepsOpenTraces(1024, 10 * 1024);
  }

  @Test
  @Tag("crash")
  void whatABoundCuts_isCountedAndExplained() throws Exception {
    settings.put("TAILRACE_LIMITS_BYTES_PER_TASK", "4MiB");
    try (EngineProcess engine = new EngineProcess(settings, log)) {
      engine.awaitReady();
      long longAgo = System.currentTimeMillis() - Duration.ofHours(1).toMillis();
      writeTraces(20, longAgo);
      awaitSpans(engine);

      assertThat(engine.metric("tailrace_buffer_size_bytes")).isLessThanOrEqualTo(4 << 20);
      assertThat(engine.metric("tailrace_traces_decided_early_total", "bytes_per_task"))
          .isGreaterThan(150);
      assertThat(Files.readString(log).lines().filter(line -> line.contains("limits.")))
          .as("not a line a trace")
          .hasSizeBetween(1, 4)
          .allSatisfy(
              line ->
                  assertThat(line)
                      .contains("WARN", "limits.bytes_per_task is reached", "decision_wait"));

      spans.write(0, System.currentTimeMillis(), Otlp.span(Long.MAX_VALUE));
      awaitKept();
    }
  }

  @Test
  void aFullDiskEndsTheInstanceWithAClearMessage_andLosesNothing() throws Exception {
    settings.put("TAILRACE_BUFFER_HEAP", "1MiB");
    try (EngineProcess engine = new EngineProcess(settings, log)) {
      engine.awaitReady();
      long longAgo = System.currentTimeMillis() - Duration.ofHours(1).toMillis();
      writeTraces(8, longAgo);
      awaitSpans(engine);
      engine.limitFiles(1 << 20);
      writeTraces(60, longAgo);
      assertThat(engine.awaitExit(BOUND)).isEqualTo(1);
    }
    assertThat(Files.readString(log))
        .contains("cannot continue: state_dir: ", directory.resolve("state").toString())
        .contains("File too large", "no data is lost");

    try (EngineProcess engine = new EngineProcess(settings, log)) {
      engine.awaitReady();
      spans.write(0, System.currentTimeMillis(), Otlp.span(Long.MAX_VALUE));
      awaitKept();
      assertThat(engine.terminate(Duration.ofSeconds(30))).isEqualTo(143);
    }
  }

  private void keepsOpenTraces(int heapMiB, int openMiB) throws Exception {
    try (EngineProcess engine = new EngineProcess(heapMiB + "m", settings, log)) {
      engine.awaitReady();
      long longAgo = System.currentTimeMillis() - Duration.ofHours(1).toMillis();
      writeTraces(openMiB, longAgo);
      awaitSpans(engine);
      assertThat(engine.metric("tailrace_buffer_size_bytes"))
          .isGreaterThanOrEqualTo((double) openMiB * (1 << 20));
      assertThat(engine.metric("tailrace_traces_decided_total")).isZero();

      spans.write(
          0, System.currentTimeMillis(), Otlp.span(Long.MAX_VALUE)); // all before it are due
      awaitKept();

      long peak = engine.peakResidentMiB();
      System.out.printf(
          "open traces: %d MiB, heap: %d MiB, buffer.rocksdb_memory: %d MiB, peak resident: %d MiB%n",
          openMiB, heapMiB, ROCKSDB_MIB, peak);
      assertThat(peak).isLessThan(heapMiB + ROCKSDB_MIB + OVERHEAD_MIB);
      assertThat(engine.metric("tailrace_traces_decided_early_total")).isZero();
      assertThat(engine.terminate(Duration.ofSeconds(30))).isEqualTo(143);
    }
    assertThat(Files.readString(log)).doesNotContain("OutOfMemoryError");
  }

  /** Writes traces of so many bytes whose spans are spread over records. */
  private void writeTraces(int mib, long time) {
    long traceBytes = (long) SPANS_PER_TRACE * PAYLOAD_BYTES;
    int groups = (int) (((long) mib << 20) / traceBytes / TRACES_AT_A_TIME) + 1;
    for (int group = 0; group < groups; group++) {
      for (int i = 0; i < SPANS_PER_TRACE; i++) {
        Span[] record = new Span[TRACES_AT_A_TIME];
        for (int trace = 0; trace < record.length; trace++) {
          record[trace] = span(nextTrace + trace, i);
        }
        spans.write(0, time, record);
      }
      nextTrace += TRACES_AT_A_TIME;
    }
    spans.flush();
  }

  private Span span(long trace, int index) {
    Span.Builder span = (trace % KEPT_OF == 0 ? spans.span(trace) : Otlp.span(trace)).toBuilder();
    if (trace % KEPT_OF == 0 && index == SPANS_PER_TRACE - 1) {
      span.setStatus(Status.newBuilder().setCodeValue(2));
    }
    String payload = payloads[random.nextInt(payloads.length)];
    return span.addAttributes(Otlp.string("payload", payload)).build();
  }

  private void awaitSpans(EngineProcess engine) {
    long written = nextTrace * SPANS_PER_TRACE;
    await()
        .atMost(TO_TAKE_IN)
        .until(
            () -> {
              assertThat(engine.isAlive()).as(engine::said).isTrue();
              return engine.metric("tailrace_spans_received_total") >= written;
            });
  }

  private void awaitKept() {
    Map<String, List<String>> expected = spans.byTrace();
    try (ExportReader export = new ExportReader(kafka.bootstrapServers(), "otlp_spans_sampled")) {
      export.readUntilAllOf(expected.keySet());
      export.readFor(Duration.ofSeconds(1));
      assertThat(export.spansByTrace()).isEqualTo(expected);
    }
  }

  /** Half of each is noise: spans compress, but not to nothing. */
  private static String[] payloads() {
    Random random = new Random(7);
    String[] payloads = new String[64];
    for (int i = 0; i < payloads.length; i++) {
      byte[] bytes = new byte[PAYLOAD_BYTES];
      for (int b = 0; b < bytes.length; b++) {
        bytes[b] = (byte) (b < bytes.length / 2 ? 'x' : ' ' + random.nextInt(95));
      }
      payloads[i] = new String(bytes, StandardCharsets.US_ASCII);
    }
    return payloads;
  }
}
