package io.tailrace.topology.streams;

import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.Translator;
import io.tailrace.serdes.Watermark;
import io.tailrace.topology.kafka.HeaderNames;
import io.tailrace.topology.kafka.PartitionOfTrace;
import io.tailrace.topology.kafka.SplitSource;
import io.tailrace.topology.meters.SamplerMetrics;
import io.tailrace.topology.sampling.LogClock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Unkeyed ingest: converts each ingest record to OTLP and splits it into one record for each
 * shuffle partition, keyed by the ID of the first trace and stamped with the log time of the ingest
 * partition. Sends watermarks to all shuffle partitions.
 */
final class Splitter implements Processor<byte[], byte[], byte[], byte[]> {
  /**
   * Longest delay of a due trace by the watermark. Each watermark is a small record per partition.
   */
  private static final Duration WATERMARK_INTERVAL = Duration.ofMillis(200);

  /** Before the first watermark: log times are not negative. */
  private static final long NOTHING = -1;

  private static final byte[] TO_ALL = {};
  private static final byte[] NO_SPANS = {};

  private final SplitSource source;
  private final NodeNames.Split nodes;
  private final Translator translator;
  private final IdleClock idleClock;
  private final CommittedTimes committed;
  private final SamplerMetrics metrics;
  private final ShuffleRecords shuffle;
  private ProcessorContext<byte[], byte[]> context;
  private DeadLetters deadLetters;
  private LogClock clock;
  private CommittedClock progress;
  private long told;

  /**
   * @param source ingest topic
   * @param partitions number of partitions of the shuffle topic
   * @param maxRecordBytes size above which a record is split, as a well compressed record can
   *     exceed the limit of a topic after another compression
   * @param committed times that watermarks do not exceed
   */
  Splitter(
      SplitSource source,
      NodeNames.Split nodes,
      int partitions,
      int maxRecordBytes,
      IdleClock idleClock,
      CommittedTimes committed,
      SamplerMetrics metrics) {
    this.source = source;
    this.nodes = nodes;
    translator = source.topic().encoding().newTranslator();
    shuffle = new ShuffleRecords(partitions, maxRecordBytes);
    this.idleClock = idleClock;
    this.committed = committed;
    this.metrics = metrics;
  }

  /**
   * Returns the partition of a record: the given one for a watermark, otherwise that of the trace
   * ID hash among the partitions known at the start, even if partitions are added.
   */
  static StreamPartitioner<byte[], byte[]> partitioner(int partitions) {
    Optional<Set<Integer>> all =
        Optional.of(IntStream.range(0, partitions).boxed().collect(Collectors.toSet()));
    return (topic, key, value, count) ->
        key.length == 0 ? all : Optional.of(Set.of(PartitionOfTrace.of(key, partitions)));
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> processorContext) {
    context = processorContext;
    TopicPartition partition =
        new TopicPartition(source.topic().name(), context.taskId().partition());
    clock = new LogClock(true); // a revived task reads again from its last commit
    progress = new CommittedClock(context, partition, idleClock, committed, clock);
    told = NOTHING;
    deadLetters = new DeadLetters(context, nodes.deadLetters(), metrics);
    context.schedule(WATERMARK_INTERVAL, PunctuationType.WALL_CLOCK_TIME, this::tellWatermark);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    RecordMetadata position = context.recordMetadata().orElseThrow();
    progress.recordComes();
    clock.observe(record.timestamp());
    if (record.value() == null) {
      deadLetters.send(record, null, DeadLetters.NO_VALUE, position);
      return;
    }
    try {
      shuffle.scan(translator.toTracesData(record.value()));
    } catch (MalformedOtlpException e) {
      deadLetters.send(record, record.value(), String.valueOf(e.getMessage()), position);
      return;
    }
    metrics.split(shuffle.scan().spanCount());
    shuffle.forEach(this::forward);
    if (shuffle.scan().firstInvalidSpan() >= 0) {
      deadLetters.sendInvalidSpans(record, shuffle.scan(), shuffle.pieces(), position);
    }
  }

  private void forward(byte[] key, byte[] spans) {
    // After the watermark, these spans would be too late for due traces.
    forward(new Record<>(key, spans, clock.reached()));
  }

  private void tellWatermark(long wallTime) {
    long time = progress.advance(wallTime);
    if (time > told) {
      told = time;
      Watermark watermark = new Watermark(source.number(context.taskId().partition()), time);
      Headers headers = new RecordHeaders().add(HeaderNames.WATERMARK, watermark.encode());
      forward(new Record<>(TO_ALL, NO_SPANS, time, headers));
    }
  }

  private void forward(Record<byte[], byte[]> record) {
    context.forward(record, nodes.spansByTrace());
  }
}
