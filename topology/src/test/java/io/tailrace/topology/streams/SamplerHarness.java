package io.tailrace.topology.streams;

import com.google.protobuf.InvalidProtocolBufferException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.TracesData;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.tailrace.policies.PolicySet;
import io.tailrace.policies.fingerprint.Selector;
import io.tailrace.serdes.Encoding;
import io.tailrace.topology.buffer.BufferLimits;
import io.tailrace.topology.buffer.RocksResources;
import io.tailrace.topology.config.IngestTopic;
import io.tailrace.topology.config.OperationsBy;
import io.tailrace.topology.config.TopicNames;
import io.tailrace.topology.kafka.BoundedTimestamps;
import io.tailrace.topology.kafka.JsonRecords;
import io.tailrace.topology.kafka.PartitionOfTrace;
import io.tailrace.topology.kafka.SourceOffsets;
import io.tailrace.topology.kafka.SplitSource;
import io.tailrace.topology.kafka.SplitSources;
import io.tailrace.topology.keep.KeepRequest;
import io.tailrace.topology.keep.KeepRequests;
import io.tailrace.topology.keep.KeepResult;
import io.tailrace.topology.meters.SamplerMetrics;
import io.tailrace.topology.operations.Operations;
import io.tailrace.topology.sampling.Otlp;
import io.tailrace.topology.sampling.PolicySchedule;
import io.tailrace.topology.sampling.PolicyVersion;
import io.tailrace.topology.sampling.RoundSink;
import io.tailrace.topology.sampling.ShadowVersion;
import io.tailrace.topology.sampling.TraceBounds;
import io.tailrace.topology.sampling.Waits;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.internals.ProcessorMetadata;
import org.apache.kafka.streams.processor.internals.TopicPartitionMetadata;
import org.apache.kafka.streams.test.TestRecord;

/** A sampler on a test driver, with time, policies and limits in the test's hand. */
public final class SamplerHarness implements AutoCloseable {
  public static final long START = 1_800_000_000_000L;
  static final TopicNames TOPICS =
      new TopicNames("by-trace", "policies", "export", "dead", Optional.of("decisions"));
  private static final String INGEST = "ingest";

  static final String KEEP_REQUESTS = "keep";
  static final String KEEP_RESULTS = "keep-results";

  /** The trace that {@link #passTo} sends. */
  private static final long PASSING = 999_999;

  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final PrometheusRegistry prometheus = new PrometheusRegistry();
  final MutableTime wallTime = new MutableTime();
  final Operations operations;
  final SamplerMetrics metrics = new SamplerMetrics(meters, InstantSource.system());
  final KeepRequests keepRequests = new KeepRequests();
  final FakeKeepSearch keepSearch = new FakeKeepSearch();
  final TopologyTestDriver driver;
  PolicySchedule schedule;
  OptionalLong caughtUpAsOf = OptionalLong.empty();
  Optional<OffsetAndMetadata> committed = Optional.empty();
  private final TestInputTopic<byte[], byte[]> input;
  private final List<ConsumerRecord<byte[], byte[]>> log = new ArrayList<>();
  private long nextRequest;
  private final RocksResources rocks = new RocksResources(8 << 20, () -> 0);

  /** Wall clock of the counts of operations. */
  static final class MutableTime implements InstantSource {
    long millis = START;

    @Override
    public Instant instant() {
      return Instant.ofEpochMilli(millis);
    }
  }

  public static final class Builder {
    private final Path stateDir;
    private String mode = INGEST;
    private Encoding export = Encoding.OTLP_PROTO;
    private String policies = "policies: [{name: all, type: always_sample}]";
    private Waits waits = new Waits(30_000, Waits.NEVER);
    private int maxSpansPerTrace = 1_000;
    private long maxBytesPerTrace = 1 << 20;
    private long maxBytesPerTask = 1 << 30;
    private int maxTracesPerTask = 1_000_000;
    private int reconsideredPerSecond = 10;
    private int linkedPerSecond = 100;
    private Optional<Selector> groupBy = Optional.empty();
    private int maxExportRecord = 1 << 20;
    private String sampleRateAttribute = "";
    private boolean recordPolicy;
    private int chunk = 1 << 16;
    private long heap = 1 << 20;
    private long verdictRetention = 600_000;
    private Duration maxRound = Duration.ofSeconds(10);
    private boolean exactlyOnce = true;
    private OperationsBy operationsBy = OperationsBy.OFF;
    private int maxOperations = 1_000;
    private Function<TopicPartition, RoundSink> roundSinks = source -> RoundSink.NONE;

    public Builder(Path stateDir) {
      this.stateDir = stateDir;
    }

    public Builder policies(String yaml) {
      policies = yaml;
      return this;
    }

    public Builder waits(long decisionWait, long afterRoot) {
      waits = new Waits(decisionWait, afterRoot);
      return this;
    }

    Builder operations(OperationsBy by, int max) {
      operationsBy = by;
      maxOperations = max;
      return this;
    }

    Builder unkeyed() {
      mode = TOPICS.spansByTrace();
      return this;
    }

    public Builder maxSpansPerTrace(int max) {
      maxSpansPerTrace = max;
      return this;
    }

    Builder maxBytesPerTrace(long max) {
      maxBytesPerTrace = max;
      return this;
    }

    Builder maxBytesPerTask(long max) {
      maxBytesPerTask = max;
      return this;
    }

    public Builder groupBy(String selector) {
      groupBy = Optional.of(Selector.parse(selector).get());
      return this;
    }

    public Builder reconsideredPerSecond(int max) {
      reconsideredPerSecond = max;
      return this;
    }

    Builder linkedPerSecond(int max) {
      linkedPerSecond = max;
      return this;
    }

    public Builder maxTracesPerTask(int max) {
      maxTracesPerTask = max;
      return this;
    }

    Builder maxExportRecord(int max) {
      maxExportRecord = max;
      return this;
    }

    Builder sampleRateAttribute(String key) {
      sampleRateAttribute = key;
      return this;
    }

    Builder recordPolicy() {
      recordPolicy = true;
      return this;
    }

    Builder export(Encoding encoding) {
      export = encoding;
      return this;
    }

    Builder onDisk() {
      chunk = 1;
      return this;
    }

    Builder heap(long bytes) {
      heap = bytes;
      return this;
    }

    public Builder verdictRetention(long millis) {
      verdictRetention = millis;
      return this;
    }

    /** Every round ends at its first look at the clock; the rest is overdue. */
    public Builder shortRounds() {
      maxRound = Duration.ZERO;
      return this;
    }

    public Builder roundSinks(Function<TopicPartition, RoundSink> sinks) {
      roundSinks = sinks;
      return this;
    }

    Builder atLeastOnce() {
      exactlyOnce = false;
      return this;
    }

    public SamplerHarness start() {
      return new SamplerHarness(this);
    }
  }

  private SamplerHarness(Builder builder) {
    schedule =
        new PolicySchedule(
            new PolicyVersion(0, Long.MIN_VALUE, set(builder.policies), builder.waits));
    SamplerSettings settings =
        new SamplerSettings(
            builder.mode,
            1,
            builder.mode.equals(INGEST)
                ? SplitSources.NONE
                : new SplitSources(
                    List.of(SplitSource.sole(new IngestTopic(INGEST, Encoding.OTLP_PROTO), 1))),
            builder.exactlyOnce,
            true,
            new TraceBounds(
                builder.maxSpansPerTrace,
                builder.maxBytesPerTrace,
                builder.maxBytesPerTask,
                builder.maxTracesPerTask,
                builder.reconsideredPerSecond,
                builder.linkedPerSecond,
                builder.groupBy),
            new ExportFormat(
                builder.export,
                builder.maxExportRecord,
                builder.sampleRateAttribute,
                builder.recordPolicy),
            2_000,
            builder.maxRound.toNanos());
    operations =
        Operations.of(
            builder.operationsBy, builder.maxOperations, wallTime, prometheus, own -> own);
    SamplerTopology topology =
        new SamplerTopology(
            TOPICS,
            settings,
            new BoundedTimestamps(Long.MAX_VALUE / 2, () -> Instant.ofEpochMilli(START)),
            new StoreResources(
                rocks,
                new NothingCommitted(),
                new SourceOffsets(meters),
                new BufferLimits(builder.chunk, builder.heap, 10_000),
                builder.verdictRetention,
                Map.of()),
            new TaskServices(
                () -> schedule,
                metrics,
                operations,
                partition -> caughtUpAsOf,
                partition -> committed,
                new KeyPartitioning(1, meters),
                new TraceQuestions(),
                Optional.of(
                    new KeepServices(
                        keepRequests,
                        keepSearch,
                        new PartitionOfTrace(settings.mode(), 1),
                        Optional.of(KEEP_REQUESTS),
                        KEEP_RESULTS)),
                builder.roundSinks));
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
    properties.put(StreamsConfig.STATE_DIR_CONFIG, builder.stateDir.toString());
    driver = new TopologyTestDriver(topology.get(), properties, Instant.ofEpochMilli(START));
    input = driver.createInputTopic(INGEST, new ByteArraySerializer(), new ByteArraySerializer());
  }

  public static PolicySet set(String yaml) {
    return PolicySet.parse(yaml)
        .fold(
            faults -> {
              throw new AssertionError(faults.toString());
            },
            set -> set);
  }

  /** Sends a record of these spans, stamped {@code atMillis} after the start. */
  public void send(long atMillis, Span... spans) {
    sendBytes(atMillis, Otlp.request(spans).toByteArray());
  }

  public void sendBytes(long atMillis, byte[] value) {
    log.add(new ConsumerRecord<>(INGEST, 0, log.size(), null, value));
    input.pipeInput(null, value, START + atMillis);
  }

  void sendBytes(long atMillis, byte[] value, Headers headers) {
    Instant time = Instant.ofEpochMilli(START + atMillis);
    input.pipeInput(new TestRecord<>(null, value, headers, time));
  }

  /** Lets the task hear of its commit with a log time of so much after the start. */
  void committed(long atMillis) {
    TopicPartitionMetadata metadata =
        new TopicPartitionMetadata(START + atMillis, new ProcessorMetadata());
    committed = Optional.of(new OffsetAndMetadata(log.size(), metadata.encode()));
  }

  /** Asks for a trace, and lets the task hear of it. Returns the offset of the request. */
  long askFor(String key, String value) {
    long offset = offer(key.getBytes(StandardCharsets.UTF_8), value, Long.MAX_VALUE);
    tick();
    return offset;
  }

  /** Adds a request with this timestamp. Returns its offset. */
  private long offer(byte[] key, String value, long time) {
    long offset = nextRequest++;
    byte[] json = value == null ? null : value.getBytes(StandardCharsets.UTF_8);
    keepRequests
        .tasks()
        .get(0)
        .offer(
            KeepRequest.of(
                new ConsumerRecord<>(
                    KEEP_REQUESTS,
                    0,
                    offset,
                    time,
                    TimestampType.CREATE_TIME,
                    key.length,
                    json == null ? 0 : json.length,
                    key,
                    json,
                    new RecordHeaders(),
                    Optional.empty())));
    return offset;
  }

  /** Lets the task hear of the requests of its own kept traces. Returns the linked traces. */
  List<String> hearOfLinks() {
    return hearOfLinks(Long.MAX_VALUE);
  }

  /** As {@link #hearOfLinks()}, with requests of this time. */
  List<String> hearOfLinks(long time) {
    List<String> linked = new ArrayList<>();
    for (TestRecord<byte[], byte[]> request : read(KEEP_REQUESTS)) {
      linked.add(new String(request.key(), StandardCharsets.UTF_8));
      offer(request.key(), new String(request.value(), StandardCharsets.UTF_8), time);
    }
    tick();
    return linked;
  }

  /** Reads requested traces back from the sent records and notifies the task. */
  public void readBack() {
    keepSearch.run(log, read("test-verdict-ledger-changelog"));
    tick();
  }

  public void tick() {
    driver.advanceWallClockTime(Duration.ofMillis(100));
  }

  /** The answers since the last call: outcome and spans. */
  List<String> answers() {
    return read(KEEP_RESULTS).stream()
        .map(record -> JsonRecords.read(record.value(), KeepResult.class).orElseThrow())
        .map(result -> result.outcome() + (result.spans() > 0 ? " " + result.spans() : ""))
        .toList();
  }

  /** Lets log time pass by a trace that no policy test looks at. */
  public void passTo(long atMillis) {
    send(atMillis, Otlp.span(PASSING));
  }

  void publish(long number, long activeAtMillis, String yaml) {
    publish(number, activeAtMillis, yaml, schedule.latest().waits());
  }

  void publish(long number, long activeAtMillis, String yaml, Waits waits) {
    schedule = schedule.with(new PolicyVersion(number, START + activeAtMillis, set(yaml), waits));
  }

  /** A shadow set from then on; null ends it. */
  void publishShadow(long number, long activeAtMillis, String yaml) {
    PolicySet set = yaml == null ? null : set(yaml);
    schedule = schedule.with(new ShadowVersion(number, START + activeAtMillis, set));
  }

  /** What was exported since the last call, without the traces of {@link #passTo}. */
  public List<Exported> exported() {
    return read(TOPICS.export()).stream()
        .map(Exported::new)
        .filter(exported -> !exported.traceId().endsWith(Long.toHexString(PASSING)))
        .toList();
  }

  List<TestRecord<byte[], byte[]>> deadLetters() {
    return read(TOPICS.deadLetters());
  }

  List<TestRecord<byte[], byte[]>> read(String topic) {
    return driver
        .createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
        .readRecordsToList();
  }

  public double count(String meter, String... tags) {
    return meters.get(meter).tags(tags).counter().count();
  }

  @Override
  public void close() {
    driver.close();
    rocks.close();
  }

  /** A record on the export topic. */
  public record Exported(TestRecord<byte[], byte[]> record) {
    public String traceId() {
      return new String(record.key(), StandardCharsets.US_ASCII);
    }

    public String header(String name) {
      return text(record, name);
    }

    /** Returns the spans as received: without the stamp of a trace that represents itself. */
    public List<Span> spans() {
      return stampedSpans().stream().map(Exported::withoutStamp).toList();
    }

    private static Span withoutStamp(Span span) {
      return span.getTraceState().equals("ot=th:0")
          ? span.toBuilder().clearTraceState().build()
          : span;
    }

    public List<Span> stampedSpans() {
      try {
        List<Span> spans = new ArrayList<>();
        TracesData.parseFrom(record.value())
            .getResourceSpansList()
            .forEach(
                resource ->
                    resource
                        .getScopeSpansList()
                        .forEach(scope -> spans.addAll(scope.getSpansList())));
        return spans;
      } catch (InvalidProtocolBufferException e) {
        throw new AssertionError(e);
      }
    }
  }

  static String text(TestRecord<byte[], byte[]> record, String header) {
    return Optional.ofNullable(record.headers().lastHeader(header))
        .map(found -> new String(found.value(), StandardCharsets.UTF_8))
        .orElse(null);
  }

  private static final class NothingCommitted implements RestartPoints {
    @Override
    public Optional<RestartPoint> of(TopicPartition source) {
      return Optional.empty();
    }

    @Override
    public long offsetAt(TopicPartition partition, long time) {
      return 0;
    }

    @Override
    public long beginning(TopicPartition partition) {
      return 0;
    }

    @Override
    public long end(TopicPartition partition) {
      return 0;
    }
  }
}
