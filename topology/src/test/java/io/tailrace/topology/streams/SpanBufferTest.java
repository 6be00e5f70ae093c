package io.tailrace.topology.streams;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.tailrace.policies.FingerprintSets;
import io.tailrace.policies.PolicySet;
import io.tailrace.serdes.Encoding;
import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.Watermark;
import io.tailrace.topology.buffer.BufferLimits;
import io.tailrace.topology.buffer.RocksResources;
import io.tailrace.topology.config.IngestTopic;
import io.tailrace.topology.kafka.BoundedTimestamps;
import io.tailrace.topology.kafka.HeaderNames;
import io.tailrace.topology.kafka.SourceOffsets;
import io.tailrace.topology.kafka.SplitSource;
import io.tailrace.topology.kafka.SplitSources;
import io.tailrace.topology.operations.Outlines;
import io.tailrace.topology.sampling.OpenTrace;
import io.tailrace.topology.sampling.Otlp;
import io.tailrace.topology.sampling.PolicySchedule;
import io.tailrace.topology.sampling.PolicyVersion;
import io.tailrace.topology.sampling.RecordScan;
import io.tailrace.topology.sampling.SummarySettings;
import io.tailrace.topology.sampling.Waits;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpanBufferTest {
  private static final TopicPartition SOURCE = new TopicPartition("spans", 0);
  private static final long NOW = 1_800_000_000_000L;
  private static final long SKEW = 60_000;
  private static final PolicySet POLICIES =
      FingerprintSets.with(
          SamplerHarness.set(
              """
              policies:
                - {name: errors, type: status_code, status_code: {status_codes: [ERROR]}}
                - {name: vip, type: string_attribute, string_attribute: {key: tier, values: [vip]}}
              """),
          List.of("span.attributes[\"tier\"]", "root.name", "root.service", "trace.shape"));

  @TempDir Path stateDir;

  private final FakeRestartPoints restartPoints = new FakeRestartPoints();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<ConsumerRecord<byte[], byte[]>> log = new ArrayList<>();
  private RocksResources resources;
  private Instant wallClock = Instant.ofEpochMilli(NOW);
  private FakeStoreContext context;
  private SpanBuffer buffer;

  @BeforeEach
  void makeResources() {
    resources = new RocksResources(8 << 20, () -> 0);
  }

  @AfterEach
  void close() {
    buffer.close();
    resources.close();
  }

  @Test
  void restoredTracesEqualThoseOfTheLiveRun() {
    start(0, 300);
    Random random = new Random(17);
    for (int i = 0; i < 400; i++) {
      Span[] spans = new Span[1 + random.nextInt(4)];
      for (int s = 0; s < spans.length; s++) {
        spans[s] = randomSpan(random, i / 4);
      }
      take(write(NOW + i * 50L - random.nextInt(400), Otlp.request(spans).toByteArray()));
      if (random.nextInt(3) == 0) {
        removeIfComplete(buffer.traces().queue().oldest(), i / 4);
      }
    }
    List<OpenTrace> live = open();
    List<byte[]> liveBytes = live.stream().map(this::bytes).toList();
    assertThat(live).hasSizeGreaterThan(20);
    commit();
    wallClock = wallClock.plusSeconds(3600);

    restart(0, 64);

    for (int i = 0; i < live.size(); i++) {
      OpenTrace expected = live.get(i);
      OpenTrace restored = buffer.traces().find(expected.high, expected.low);
      assertThat(restored)
          .usingRecursiveComparison()
          .comparingOnlyFields(
              "firstSeen",
              "firstOffset",
              "rootSeen",
              "spanCount",
              "bytes",
              "start",
              "end",
              "raised",
              "outline.root",
              "outline.errors")
          .isEqualTo(expected);
      assertThat(restored.fingerprint(0)).isEqualTo(expected.fingerprint(0));
      assertThat(restored.fingerprintText(0, buffer.traces().scan().names()))
          .matches(
              "(<missing>|none|vip|none,vip)•(<missing>|[op,]*)•(<missing>|shop)•[0-9a-f]{16}");
      assertThat(bytes(restored)).isEqualTo(liveBytes.get(i));
    }
    assertThat(open()).as("in the same order").containsSubsequence(found(live));
    assertThat(buffer.traces().clock().now()).isEqualTo(restartPoints.point.orElseThrow().clock());
  }

  @Test
  void sumsFollowTheOpenTraces() {
    start(0, 100);
    take(write(NOW, Otlp.request(span(1), span(1), span(2)).toByteArray()));
    take(write(NOW + 1, Otlp.request(span(2), span(3)).toByteArray()));

    assertThat(buffer.traces().size()).isEqualTo(3);
    assertThat(buffer.traces().spans()).isEqualTo(5);
    assertThat(buffer.traces().bytes())
        .isEqualTo(open().stream().mapToLong(trace -> trace.bytes).sum());

    open().forEach(buffer.traces()::remove);
    assertThat(buffer.traces().size()).isZero();
    assertThat(buffer.traces().spans()).isZero();
    assertThat(buffer.traces().bytes()).isZero();
  }

  @Test
  void longOpenTracesKeepTheirWindows_deadOnesAreDropped() {
    start(0, 1);
    take(write(NOW, Otlp.request(span(1)).toByteArray()));
    take(write(NOW + 5_000, Otlp.request(span(2)).toByteArray()));
    take(write(NOW + 25_000, Otlp.request(span(1)).toByteArray()));
    take(write(NOW + 50_000, Otlp.request(span(1), span(3)).toByteArray()));
    OpenTrace first = open().get(0);
    OpenTrace second = open().get(1);
    OpenTrace third = open().get(2);
    int bytesOfFirst = bytes(first).length;

    buffer.traces().remove(second);
    buffer.dropDeadWindows();
    assertThat(bytes(first)).hasSize(bytesOfFirst).hasSize((int) first.bytes);

    buffer.traces().remove(first);
    buffer.dropDeadWindows();
    assertThat(bytes(third)).hasSize((int) third.bytes);
    assertThat(bytes(second)).as("its window is gone").isEmpty();
  }

  @Test
  void aTraceThatIsOpenedAgainKeepsTheWindowsOfThoseAfterIt() {
    start(0, 1);
    take(write(NOW, Otlp.request(span(1)).toByteArray()));
    take(write(NOW + 5_000, Otlp.request(span(2)).toByteArray()));
    take(write(NOW + 50_000, Otlp.request(span(3)).toByteArray()));
    take(write(NOW + 60_000, Otlp.request(span(1)).toByteArray()));
    OpenTrace second = open().get(1);

    OpenTrace again =
        buffer.traces().retain(open().get(0), piece -> piece.logTime() == NOW + 60_000);
    buffer.dropDeadWindows();

    assertThat(again.firstSeen).isEqualTo(NOW + 60_000);
    assertThat(open()).startsWith(again, second);
    assertThat(bytes(second)).hasSize((int) second.bytes);
    assertThat(bytes(again)).hasSize((int) again.bytes);
  }

  @Test
  void unreadableAndEmptyRecordsAreSkipped_butTheirTimeCounts() {
    ConsumerRecord<byte[], byte[]> garbage = write(NOW + 5, new byte[] {1, 2, 3});
    ConsumerRecord<byte[], byte[]> nothing = write(NOW + 7, null);
    ConsumerRecord<byte[], byte[]> spans = write(NOW, Otlp.request(span(1)).toByteArray());
    start(0, 100);

    context.restore(List.of(garbage, nothing, spans));

    assertThat(open())
        .singleElement()
        .satisfies(trace -> assertThat(trace.firstSeen).isEqualTo(NOW + 7));
  }

  @Test
  void restoredSignalsAreNotThoseOfAnUnreadableRecord() {
    byte[] vip =
        Otlp.request(span(1).toBuilder().addAttributes(Otlp.string("tier", "vip")).build())
            .toByteArray();
    byte[] cut = java.util.Arrays.copyOf(vip, vip.length + 1);
    cut[vip.length] = 0x0a; // a field that ends before its length
    start(0, 100);

    context.restore(
        List.of(
            write(NOW, cut),
            write(
                NOW,
                Otlp.request(span(2).toBuilder().addAttributes(Otlp.string("tier", "none")).build())
                    .toByteArray())));

    assertThat(open())
        .singleElement()
        .satisfies(
            trace -> {
              assertThat(trace.low).isEqualTo(2);
              assertThat(trace.raised).isZero();
            });
  }

  @Test
  void clockBeginsAtTheOldestOpenTrace_andStaysWithinTheCommit() {
    restartPoints.point =
        Optional.of(new RestartPoint(2, NOW + 40, 0, NOW + 30, NOW + 30, RestartPoint.NOT_TOLD));
    start(0, 100);
    assertThat(buffer.traces().clock().now()).isEqualTo(NOW + 30);

    context.restore(List.of(write(NOW + 20, Otlp.request(span(1)).toByteArray())));
    assertThat(open().get(0).firstSeen).isEqualTo(NOW + 30);

    context.restore(
        List.of(write(NOW + 50_000, Otlp.request(span(2)).toByteArray()))); // it ran ahead: was cut
    assertThat(buffer.traces().clock().now()).isEqualTo(NOW + 40);

    context.restore(
        List.of(write(NOW + 900_000, Otlp.request(span(3)).toByteArray()))); // not committed yet
    assertThat(buffer.traces().clock().now()).isEqualTo(NOW + SKEW);
  }

  @Test
  void watermarksAreRestoredToo_andOpenNoTrace() {
    start(2, 100);
    context.restore(
        List.of(
            write(NOW, Otlp.request(span(1)).toByteArray()),
            watermark(0, NOW + 100),
            watermark(1, NOW + 60)));

    assertThat(buffer.traces().size()).isEqualTo(1);
    assertThat(buffer.traces().clock().reached()).isEqualTo(NOW + 60);
    assertThat(buffer.traces().clock().now()).isEqualTo(NOW);
  }

  @Test
  void asksForItsSourceFromTheOldestOpenTraceOn() {
    restartPoints.point =
        Optional.of(new RestartPoint(50, NOW, 41, NOW - 9, NOW - 9, RestartPoint.NOT_TOLD));
    start(0, 100);

    assertThat(buffer.committedOffset(SOURCE)).isEqualTo(40);
    restartPoints.beginning = 45;
    assertThat(buffer.committedOffset(SOURCE)).as("what is left of it").isEqualTo(44);
    restartPoints.end = 30;
    assertThat(buffer.committedOffset(SOURCE)).as("nothing is left of it").isEqualTo(29);
  }

  @Test
  void countsTheRecordsOfOpenTracesThatKafkaHasDeleted() {
    restartPoints.point =
        Optional.of(new RestartPoint(50, NOW, 41, NOW - 9, NOW - 9, RestartPoint.NOT_TOLD));
    start(0, 100);
    restartPoints.beginning = 41;
    buffer.committedOffset(SOURCE);
    assertThat(deleted()).as("all of them remain").isZero();

    restartPoints.beginning = 45;
    buffer.committedOffset(SOURCE);
    assertThat(deleted()).isEqualTo(4);

    restartPoints.beginning = 60;
    buffer.committedOffset(SOURCE);
    assertThat(deleted()).as("each once; the consumer reports those from 50 on").isEqualTo(9);
  }

  @Test
  void countsNoDeletedRecords_whenNothingWasCommitted() {
    restartPoints.beginning = 45;
    start(0, 100);
    buffer.committedOffset(SOURCE);

    assertThat(deleted()).isZero();
  }

  private double deleted() {
    return meters.get("tailrace.source.records.deleted").tag("needed", "restore").counter().count();
  }

  @Test
  void asksForAllOfItsSource_whenNothingWasCommitted() {
    start(0, 100);

    assertThat(buffer.restartPoint()).isEmpty();
    assertThat(buffer.committedOffset(SOURCE)).isEqualTo(StreamsInternals.FROM_BEGINNING);
  }

  @Test
  void beginsFromNothing_whenItIsInitialisedAgain() {
    start(0, 1);
    take(write(NOW, Otlp.request(span(1)).toByteArray()));
    buffer.close();
    context.init(buffer);

    assertThat(buffer.traces().size()).isZero();
    assertThat(buffer.traces().bytes()).isZero();
    assertThat(buffer.traces().queue().oldest()).isNull();
    assertThat(buffer.traces().clock().hasStarted()).isFalse();
    take(write(NOW + 5, Otlp.request(span(1)).toByteArray()));
    assertThat(open()).singleElement().satisfies(t -> assertThat(bytes(t)).hasSize((int) t.bytes));
  }

  @Test
  void tasksShareTheHeapBound_onlyWhileTheyAreOpen() {
    BufferLimits limits = new BufferLimits(100, 1_000, 10_000);
    SpanBuffer other = newBuffer(limits, 0);
    buffer = newBuffer(limits, 0);
    new FakeStoreContext(stateDir.resolve("a").toFile()).init(other);
    new FakeStoreContext(stateDir.resolve("b").toFile()).init(buffer);
    assertThat(limits.heapBytesPerTask()).isEqualTo(500);

    other.close();
    other.close();
    assertThat(limits.heapBytesPerTask()).isEqualTo(1_000);
  }

  private void start(int splitSources, int chunkBytes) {
    context = new FakeStoreContext(stateDir.toFile());
    buffer = newBuffer(new BufferLimits(chunkBytes, 1 << 20, 10_000), splitSources);
    context.init(buffer);
  }

  private SpanBuffer newBuffer(BufferLimits limits, int splitSources) {
    PolicySchedule schedule =
        new PolicySchedule(
            new PolicyVersion(0, Long.MIN_VALUE, POLICIES, new Waits(30_000, Waits.NEVER)));
    return new SpanBuffer(
        "buffer",
        new SourceRecords(
            SOURCE.topic(), new BoundedTimestamps(SKEW, () -> wallClock), sources(splitSources)),
        limits,
        resources,
        restartPoints,
        new SourceOffsets(meters),
        new SummarySettings(() -> schedule, Outlines.ROOT, Optional.empty()));
  }

  private static SplitSources sources(int splitSources) {
    return splitSources == 0
        ? SplitSources.NONE
        : new SplitSources(
            List.of(
                SplitSource.sole(new IngestTopic("ingest", Encoding.OTLP_PROTO), splitSources)));
  }

  /** Takes note of where the task is, as its offset commit does. */
  private void commit() {
    OpenTrace oldest = buffer.traces().queue().oldest();
    restartPoints.point =
        Optional.of(
            new RestartPoint(
                log.size(),
                buffer.traces().clock().now(),
                oldest.restoreOffset,
                oldest.firstSeen,
                oldest.settledBefore,
                RestartPoint.NOT_TOLD));
  }

  /** A new process reads what it asks for, in batches. */
  private void restart(int splitSources, int chunkBytes) {
    buffer.close();
    start(splitSources, chunkBytes);
    int from = (int) (buffer.committedOffset(SOURCE) + 1);
    assertThat(from).as("not all of it").isPositive();
    for (int at = from; at < log.size(); at += 7) {
      context.restore(log.subList(at, Math.min(at + 7, log.size())));
    }
  }

  /** What the sampler does with a record of an undecided trace. */
  private void take(ConsumerRecord<byte[], byte[]> record) {
    long logTime = buffer.traces().clock().observe(record.timestamp());
    RecordScan scan = buffer.traces().scan();
    try {
      scan.scan(record.value());
    } catch (MalformedOtlpException e) {
      throw new AssertionError(e);
    }
    for (int i = 0; i < scan.spans.traceCount(); i++) {
      OpenTrace trace = buffer.traces().find(scan.spans.traceHigh(i), scan.spans.traceLow(i));
      if (trace == null) {
        trace =
            buffer
                .traces()
                .open(scan.spans.traceHigh(i), scan.spans.traceLow(i), logTime, record.offset());
      }
      buffer.traces().append(trace, scan, i, logTime, record.offset());
    }
  }

  /** A trace that was decided gets no more spans here: they would follow its verdict. */
  private void removeIfComplete(OpenTrace trace, long firstIncomplete) {
    if (trace.low < firstIncomplete) {
      buffer.traces().remove(trace);
    }
  }

  private List<OpenTrace> open() {
    List<OpenTrace> open = new ArrayList<>();
    for (OpenTrace trace = buffer.traces().queue().oldest();
        trace != null;
        trace = trace.openedAfter) {
      open.add(trace);
    }
    return open;
  }

  private OpenTrace[] found(List<OpenTrace> live) {
    return live.stream().map(t -> buffer.traces().find(t.high, t.low)).toArray(OpenTrace[]::new);
  }

  private byte[] bytes(OpenTrace trace) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    buffer.traces().read(trace).forEach(bytes::writeBytes);
    return bytes.toByteArray();
  }

  private ConsumerRecord<byte[], byte[]> write(long time, byte[] value) {
    return write(time, value, new RecordHeaders());
  }

  private ConsumerRecord<byte[], byte[]> watermark(int source, long time) {
    byte[] watermark = new Watermark(source, time).encode();
    return write(time + 5, new byte[0], new RecordHeaders().add(HeaderNames.WATERMARK, watermark));
  }

  private ConsumerRecord<byte[], byte[]> write(long time, byte[] value, Headers headers) {
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>(
            SOURCE.topic(),
            0,
            log.size(),
            time,
            TimestampType.CREATE_TIME,
            0,
            0,
            new byte[0],
            value,
            headers,
            Optional.empty());
    log.add(record);
    return record;
  }

  private static Span span(long trace) {
    return Otlp.span(trace).toBuilder()
        .setParentSpanId(ByteString.copyFromUtf8("parent__"))
        .build();
  }

  /** Of one of the traces from this one to 40 on; some are roots, errors or of an important one. */
  private static Span randomSpan(Random random, int from) {
    Span.Builder span = span(from + random.nextInt(40)).toBuilder();
    span.setName("op".repeat(random.nextInt(20)));
    span.setStartTimeUnixNano(1_000 + random.nextInt(1_000)).setEndTimeUnixNano(5_000);
    if (random.nextInt(5) == 0) {
      span.clearParentSpanId();
    }
    if (random.nextInt(10) == 0) {
      span.setStatus(Status.newBuilder().setCodeValue(2));
    }
    if (random.nextInt(3) == 0) {
      span.addAttributes(Otlp.string("tier", random.nextInt(5) == 0 ? "vip" : "none"));
    }
    return span.build();
  }
}
