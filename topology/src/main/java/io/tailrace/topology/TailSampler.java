package io.tailrace.topology;

import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.SpanScan;
import io.tailrace.serdes.Verdict;
import io.tailrace.serdes.Watermark;
import java.time.Duration;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Takes in the spans of one partition: those of an open trace are buffered, those of a decided one
 * follow its verdict, and what falls due by their log time is decided before them.
 */
final class TailSampler implements Processor<byte[], byte[], byte[], byte[]> {
  /** How often due traces are looked for when no records come. */
  private static final Duration TICK = Duration.ofMillis(100);

  private final SamplerSettings settings;
  private final PolicySource policySource;
  private final SamplerMetrics metrics;
  private final IdleClock idleClock;
  private final KeyPartitioning keyPartitioning;

  private SpanBuffer buffer;
  private VerdictLedger ledger;
  private LogClock clock;
  private DueRounds rounds;
  private TraceExporter exporter;
  private DeadLetters deadLetters;
  private ProcessorContext<byte[], byte[]> context;
  private TaskGauges gauges;
  private boolean oldestKnown;
  private long nextOffset;

  TailSampler(
      SamplerSettings settings,
      PolicySource policySource,
      SamplerMetrics metrics,
      IdleClock idleClock,
      KeyPartitioning keyPartitioning) {
    this.settings = settings;
    this.policySource = policySource;
    this.metrics = metrics;
    this.idleClock = idleClock;
    this.keyPartitioning = keyPartitioning;
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> processorContext) {
    context = processorContext;
    buffer = context.getStateStore(StoreNames.SPAN_BUFFER);
    ledger = context.getStateStore(StoreNames.VERDICT_LEDGER);
    PolicyState policyState = new PolicyState(context.getStateStore(StoreNames.POLICY_STATE));
    clock = buffer.clock();
    TopicPartition source =
        new TopicPartition(settings.sourceTopic(), context.taskId().partition());
    exporter = new TraceExporter(context, settings.maxExportRecordBytes(), metrics);
    deadLetters = new DeadLetters(context, NodeNames.SAMPLE_DEAD_LETTERS, metrics);
    buffer.restartPoint().ifPresent(this::forgetDecided);
    oldestKnown = buffer.restartPoint().isPresent();
    buffer
        .restartPoint()
        .ifPresent(p -> StreamsInternals.commitOldest(context, p.oldestOffset(), p.oldestTime()));
    nextOffset = buffer.restartPoint().map(RestartPoint::committedOffset).orElse(0L);
    TaskPolicies policies =
        new TaskPolicies(
            policySource,
            buffer.scan().layout(),
            settings.rateShare(),
            policyState.load(),
            metrics::judging);
    buffer.scan().use(policies.layout());
    rounds =
        new DueRounds(
            buffer, ledger, policies, policyState, exporter, metrics, settings.maxRoundNanos());
    gauges = metrics.register(source);
    idleClock.start(source, context.currentSystemTimeMs());
    context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, this::tick);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    RecordMetadata position = context.recordMetadata().orElseThrow();
    long offset = position.offset();
    nextOffset = offset + 1;
    idleClock.recordCame(context.currentSystemTimeMs());
    Watermark watermark = settings.splitSources() > 0 ? Watermarks.of(record.headers()) : null;
    if (watermark != null) {
      buffer.observe(watermark);
      rounds.run(nextOffset);
      return;
    }
    clock.observe(record.timestamp());
    if (!oldestKnown) {
      StreamsInternals.commitOldest(context, offset, clock.now());
      oldestKnown = true;
    }
    rounds.run(offset);
    RecordScan scan = buffer.scan();
    try {
      if (record.value() == null) {
        deadLetters.send(record, null, DeadLetters.NO_VALUE, position);
        return;
      }
      scan.scan(record.value());
    } catch (MalformedOtlpException e) {
      deadLetters.send(record, record.value(), e.getMessage(), position);
      return;
    }
    if (settings.splitSources() == 0) { // in unkeyed mode the splitter made the keys
      keyPartitioning.look(record.key(), position.partition(), offset);
    }
    metrics.received(record.value().length, scan.spans.spanCount());
    for (int trace = 0; trace < scan.spans.traceCount(); trace++) {
      take(scan, trace, offset);
    }
    if (scan.spans.firstInvalidSpan() >= 0) {
      deadLetters.sendInvalidSpans(record, scan.spans, scan.pieces, position);
    }
    enforceTaskBound(offset);
  }

  private void take(RecordScan scan, int scanned, long offset) {
    SpanScan spans = scan.spans;
    long high = spans.traceHigh(scanned);
    long low = spans.traceLow(scanned);
    OpenTrace trace = buffer.find(high, low);
    if (trace != null && rounds.isDue(trace)) {
      rounds.runUntilDecided(trace, offset); // its round was cut short; this span came after it
      trace = buffer.find(high, low);
    }
    if (trace == null) {
      Verdict verdict = ledger.get(high, low, clock.settled());
      if (verdict != null) {
        follow(verdict, scan, scanned);
        return;
      }
      trace = buffer.open(high, low, offset);
      metrics.opened();
    }
    buffer.append(trace, scanned, offset);
    if (trace.spanCount >= settings.maxSpansPerTrace()) {
      rounds.decideEarly(trace, nextOffset, EarlyReason.SPANS_PER_TRACE);
    } else if (trace.bytes >= settings.maxBytesPerTrace()) {
      rounds.decideEarly(trace, nextOffset, EarlyReason.BYTES_PER_TRACE);
    }
  }

  private void follow(Verdict verdict, RecordScan scan, int scanned) {
    int spans = 0;
    for (int s = scan.spans.firstSpan(scanned); s >= 0; s = scan.spans.nextSpan(s)) {
      spans++;
    }
    metrics.late(verdict, spans);
    if (verdict.kept()) {
      exporter.exportLate(
          scan.spans.traceHigh(scanned),
          scan.spans.traceLow(scanned),
          scan.pieces.piece(scanned),
          verdict,
          clock.now());
    }
  }

  private void enforceTaskBound(long offset) {
    while (buffer.bytes() > settings.maxBytesPerTask()) {
      rounds.decideEarly(buffer.queue().oldest(), offset + 1, EarlyReason.BYTES_PER_TASK);
    }
    while (buffer.traces() > settings.maxTracesPerTask()) {
      rounds.decideEarly(buffer.queue().oldest(), offset + 1, EarlyReason.TRACES_PER_TASK);
    }
  }

  private void tick(long wallTime) {
    if (settings.splitSources() == 0) { // else the splitters say when their partitions are quiet
      idleClock.quietUntil(wallTime).ifPresent(clock::advance);
    }
    if (clock.hasStarted()) {
      rounds.run(nextOffset);
      buffer.dropDeadWindows();
      ledger.dropExpired(clock.settled());
      OpenTrace oldest = buffer.queue().oldest();
      StreamsInternals.commitOldest(
          context,
          oldest == null ? nextOffset : oldest.firstOffset,
          oldest == null ? clock.now() : oldest.firstSeen);
    }
    gauges.update(buffer, rounds.overdueMillis());
  }

  /**
   * Restored traces that were decided before the restart are not open. Under at-least-once a
   * verdict may be on record whose export was not yet: those at or after the committed offset are
   * taken back, and come again.
   */
  private void forgetDecided(RestartPoint restart) {
    clock.observe(restart.clock());
    OpenTrace next;
    for (OpenTrace trace = buffer.queue().oldest(); trace != null; trace = next) {
      next = trace.nextByFirst;
      Verdict verdict = ledger.get(trace.high, trace.low, trace.firstSeen);
      if (verdict == null) {
        continue;
      }
      if (!settings.exactlyOnce() && verdict.position() >= restart.committedOffset()) {
        ledger.forget(trace.high, trace.low, clock.now());
      } else {
        buffer.remove(trace);
      }
    }
  }

  @Override
  public void close() {
    if (gauges != null) {
      gauges.close();
    }
  }
}
