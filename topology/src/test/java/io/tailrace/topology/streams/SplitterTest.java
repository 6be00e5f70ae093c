package io.tailrace.topology.streams;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.TracesData;
import io.tailrace.serdes.Encoding;
import io.tailrace.serdes.TraceId;
import io.tailrace.serdes.Watermark;
import io.tailrace.topology.config.IngestTopic;
import io.tailrace.topology.kafka.PartitionOfTrace;
import io.tailrace.topology.kafka.SplitSource;
import io.tailrace.topology.kafka.Watermarks;
import io.tailrace.topology.meters.SamplerMetrics;
import io.tailrace.topology.sampling.Otlp;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.MockProcessorContext.CapturedForward;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.internals.InternalProcessorContext;
import org.junit.jupiter.api.Test;

class SplitterTest {
  private static final int MAX_RECORD = 2_000;

  private final MockProcessorContext<byte[], byte[]> context = new MockProcessorContext<>();
  private final Map<String, Long> committed = new HashMap<>();
  private long streamTime = -1;
  private OptionalLong caughtUpAsOf = OptionalLong.empty();
  private CommittedTimes committedTimes = partition -> Long.MAX_VALUE;
  private final InternalProcessorContext<byte[], byte[]> internal = internal();
  private Splitter splitter;

  @Test
  void cutsWhatATopicMightNotTake_andLosesNoSpan() throws Exception {
    List<Span> spans = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      spans.add(Otlp.span(1).toBuilder().setName("a".repeat(400) + i).build());
    }
    spans.add(Otlp.span(2));

    List<Record<byte[], byte[]>> records = split(1, Otlp.request(spans.toArray(Span[]::new)));

    List<Span> found = new ArrayList<>();
    for (Record<byte[], byte[]> record : records) {
      assertThat(record.value()).hasSizeLessThanOrEqualTo(MAX_RECORD);
      found.addAll(
          TracesData.parseFrom(record.value()).getResourceSpans(0).getScopeSpans(0).getSpansList());
    }
    assertThat(found).containsExactlyElementsOf(spans);
    assertThat(records).hasSizeBetween(5, 8);
    assertThat(records.subList(0, records.size() - 1))
        .allSatisfy(r -> assertThat(r.key()).isEqualTo(new TraceId(1, 1).toKey()));
    assertThat(records.get(records.size() - 1).key()).isEqualTo(new TraceId(1, 2).toKey());
  }

  @Test
  void sendsAllThatGoesToOnePartitionAsOneRecord() throws Exception {
    int partitions = 3;
    TracesData.Builder request = TracesData.newBuilder();
    for (String service : List.of("shop", "stock")) {
      ScopeSpans.Builder scope = ScopeSpans.newBuilder();
      for (int i = 0; i < 12; i++) {
        scope.addSpans(Otlp.span(i % 6 + 1).toBuilder().setName(service + i));
      }
      request.addResourceSpans(Otlp.resource(service).addScopeSpans(scope));
    }
    Span lost = Otlp.span(1).toBuilder().setTraceId(ByteString.EMPTY).build();
    request.addResourceSpans(
        Otlp.resource("shop").addScopeSpans(ScopeSpans.newBuilder().addSpans(lost)));

    List<Record<byte[], byte[]>> all = split(partitions, request.build());
    List<Record<byte[], byte[]>> records = all.subList(0, all.size() - 1);

    assertThat(TracesData.parseFrom(all.get(all.size() - 1).value()).getResourceSpansCount())
        .as("of the dead letter")
        .isEqualTo(1);
    Map<Integer, TracesData> expected = new TreeMap<>();
    for (ResourceSpans resource : request.build().getResourceSpansList().subList(0, 2)) {
      Map<Integer, ScopeSpans.Builder> scopes = new TreeMap<>();
      for (Span span : resource.getScopeSpans(0).getSpansList()) {
        scopes
            .computeIfAbsent(partition(span, partitions), p -> ScopeSpans.newBuilder())
            .addSpans(span);
      }
      scopes.forEach(
          (partition, scope) ->
              expected.merge(
                  partition,
                  TracesData.newBuilder()
                      .addResourceSpans(resource.toBuilder().clearScopeSpans().addScopeSpans(scope))
                      .build(),
                  (a, b) -> a.toBuilder().mergeFrom(b).build()));
    }
    assertThat(expected).as("traces of which some share a partition").hasSizeBetween(2, 5);
    Map<Integer, TracesData> found = new TreeMap<>();
    for (Record<byte[], byte[]> record : records) {
      found.put(
          PartitionOfTrace.of(record.key(), partitions), TracesData.parseFrom(record.value()));
    }
    assertThat(records).hasSameSizeAs(found.keySet());
    assertThat(found).isEqualTo(expected);
  }

  @Test
  void translatesWhatIsNotOtlp() throws Exception {
    String zipkin = "[{\"traceId\":\"%s\",\"id\":\"1\",\"name\":\"n\",\"timestamp\":1}]";
    String trace = new String(new TraceId(1, 1).toKey(), US_ASCII);

    List<Record<byte[], byte[]>> records =
        split(3, Encoding.ZIPKIN_JSON, zipkin.formatted(trace).getBytes(UTF_8));

    assertThat(records).hasSize(1);
    assertThat(records.get(0).key()).isEqualTo(new TraceId(1, 1).toKey());
    assertThat(TracesData.parseFrom(records.get(0).value()).getResourceSpans(0).getScopeSpans(0))
        .satisfies(scope -> assertThat(scope.getSpans(0).getName()).isEqualTo("n"));
  }

  @Test
  void whatCannotBeTranslatedIsADeadLetterAsItCame() {
    byte[] garbage = "[{}]".getBytes(UTF_8);

    List<Record<byte[], byte[]>> records = split(3, Encoding.ZIPKIN_JSON, garbage);

    assertThat(records).singleElement().satisfies(r -> assertThat(r.value()).isEqualTo(garbage));
    assertThat(context.forwarded().get(0).childName()).contains("split-dead-letters");
    assertThat(new String(header("tailrace-reason"), UTF_8))
        .startsWith("[0]: a span without an id");
  }

  @Test
  void saysHowFarItsPartitionOfItsTopicHasCome() {
    split(3, Otlp.request(Otlp.span(1)));
    context.resetForwards();

    tick(8);

    assertThat(Watermarks.of(context.forwarded().get(0).record().headers()))
        .isEqualTo(
            new Watermark(
                SplitSource.oneOfSeveral(new IngestTopic("ingest", Encoding.OTLP_PROTO), 1)
                    .number(context.taskId().partition()),
                7));
  }

  /** A watermark of no time would date early decisions. */
  @Test
  void saysNothing_beforeItKnowsATime() {
    context.setCurrentSystemTimeMs(5);
    newSplitter(1, Encoding.OTLP_PROTO).init(internal);

    tick(8);

    assertThat(context.forwarded()).isEmpty();
  }

  /** What a watermark made due would be judged again with spans that the first run found late. */
  @Test
  void stampsNoSpanBeforeAWatermark_afterARestartEither() {
    caughtUpAsOf = OptionalLong.of(9_000);
    split(1, Otlp.request(Otlp.span(1)));
    tick(10_000);
    splitter.process(new Record<>(null, Otlp.request(Otlp.span(1)).toByteArray(), 8));
    assertThat(lastForwarded().timestamp()).as("record time").isEqualTo(7_000);

    context.resetForwards();
    split(1, Otlp.request(Otlp.span(1)));
    assertThat(lastForwarded().timestamp()).isEqualTo(7_000);
  }

  /** Otherwise, spans that a restart repeats come after a watermark that says there are none. */
  @Test
  void announcesOnlyWhatIsCommitted_atLeastOnce() {
    committedTimes = partition -> committed.getOrDefault("told", -1L);
    split(1, Otlp.request(Otlp.span(1)));
    context.resetForwards();
    tick(8);
    assertThat(context.forwarded()).isEmpty();

    committed.put("told", 7L);
    tick(9);

    assertThat(Watermarks.of(lastForwarded().headers()).time()).isEqualTo(7);
  }

  /** Otherwise, a restart stamps the same span earlier. */
  @Test
  void advancesWithTheWallClockOnceThatIsCommitted_atLeastOnce() {
    committedTimes = partition -> committed.getOrDefault("told", -1L);
    caughtUpAsOf = OptionalLong.of(9_000);
    split(1, Otlp.request(Otlp.span(1)));
    tick(10_000);
    assertThat(committed).containsValue(7_000L);
    splitter.process(new Record<>(null, Otlp.request(Otlp.span(1)).toByteArray(), 8));
    assertThat(lastForwarded().timestamp()).as("record time").isEqualTo(8);

    committed.put("told", 7_000L);
    tick(10_200);
    assertThat(Watermarks.of(lastForwarded().headers()).time()).isEqualTo(7_000);

    splitter.process(new Record<>(null, Otlp.request(Otlp.span(1)).toByteArray(), 9));
    assertThat(lastForwarded().timestamp()).isEqualTo(7_000);
  }

  private void tick(long wallTime) {
    context.scheduledPunctuators().get(0).getPunctuator().punctuate(wallTime);
  }

  @Test
  void stampsSpansAsItWouldHave_afterARestart() {
    streamTime = 40; // the latest record time of the last commit

    split(1, Otlp.request(Otlp.span(1)));

    assertThat(lastForwarded().timestamp()).isEqualTo(40);
  }

  private Record<?, ?> lastForwarded() {
    return context.forwarded().get(context.forwarded().size() - 1).record();
  }

  private byte[] header(String name) {
    return context.forwarded().get(0).record().headers().lastHeader(name).value();
  }

  @Test
  void sendsRecordsWhereTheyWereGroupedFor_andWatermarksToAll() {
    StreamPartitioner<byte[], byte[]> partitioner = Splitter.partitioner(3);
    byte[] key = new TraceId(1, 1).toKey();

    assertThat(partitioner.partitions("t", key, new byte[1], 7))
        .contains(Set.of(PartitionOfTrace.of(key, 3)));
    assertThat(partitioner.partitions("t", new byte[0], new byte[0], 7)).contains(Set.of(0, 1, 2));
  }

  /** The mock, with what Kafka Streams itself adds to it. */
  @SuppressWarnings("unchecked")
  private InternalProcessorContext<byte[], byte[]> internal() {
    return (InternalProcessorContext<byte[], byte[]>)
        Proxy.newProxyInstance(
            SplitterTest.class.getClassLoader(),
            new Class<?>[] {InternalProcessorContext.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "addProcessorMetadataKeyValue" ->
                      committed.put((String) arguments[0], (Long) arguments[1]);
                  case "processorMetadataForKey" -> committed.get((String) arguments[0]);
                  case "currentStreamTimeMs" -> streamTime;
                  default ->
                      ProcessorContext.class
                          .getMethod(method.getName(), method.getParameterTypes())
                          .invoke(context, arguments);
                });
  }

  private static int partition(Span span, int partitions) {
    ByteBuffer id = span.getTraceId().asReadOnlyByteBuffer();
    return PartitionOfTrace.of(new TraceId(id.getLong(), id.getLong()).toKey(), partitions);
  }

  private Splitter newSplitter(int partitions, Encoding encoding) {
    return new Splitter(
        SplitSource.oneOfSeveral(new IngestTopic("ingest", encoding), 1),
        NodeNames.Split.of("ingest", 1),
        partitions,
        MAX_RECORD,
        new IdleClock(partition -> caughtUpAsOf, 2_000),
        partition -> committedTimes.of(partition),
        new SamplerMetrics(new SimpleMeterRegistry(), InstantSource.system()));
  }

  private List<Record<byte[], byte[]>> split(int partitions, TracesData request) {
    return split(partitions, Encoding.OTLP_PROTO, request.toByteArray());
  }

  private List<Record<byte[], byte[]>> split(int partitions, Encoding encoding, byte[] value) {
    splitter = newSplitter(partitions, encoding);
    context.setCurrentSystemTimeMs(5);
    context.setRecordMetadata("ingest", 0, 0);
    splitter.init(internal);
    splitter.process(new Record<>(null, value, 7));
    List<Record<byte[], byte[]>> records = new ArrayList<>();
    for (CapturedForward<? extends byte[], ? extends byte[]> forward : context.forwarded()) {
      Record<? extends byte[], ? extends byte[]> record = forward.record();
      records.add(new Record<>(record.key(), record.value(), record.timestamp()));
    }
    return records;
  }
}
