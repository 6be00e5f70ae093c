package io.tailrace.topology;

import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.TraceId;
import io.tailrace.serdes.Verdict;
import io.tailrace.serdes.Watermark;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;

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
  private final TraceQuestions traceQuestions;
  private final Optional<Keeping> keeping;
  private final Function<TopicPartition, RoundSink> roundSinks;

  private SpanBuffer buffer;
  private OpenTraces traces;
  private Verdicts verdicts;
  private LogClock clock;
  private DueRounds rounds;
  private SpanIntake intake;
  private DeadLetters deadLetters;
  private ProcessorContext<byte[], byte[]> context;
  private TaskGauges gauges;
  private TraceDesk desk;
  private TraceQuestions.Task questions;
  private VerdictsNeeded needed;
  private KeepState keepState;
  private Keeper keeper;
  private RoundSink sink;
  private boolean oldestKnown;
  private long nextOffset;

  TailSampler(
      SamplerSettings settings,
      PolicySource policySource,
      SamplerMetrics metrics,
      IdleClock idleClock,
      KeyPartitioning keyPartitioning,
      TraceQuestions traceQuestions,
      Optional<Keeping> keeping,
      Function<TopicPartition, RoundSink> roundSinks) {
    this.settings = settings;
    this.policySource = policySource;
    this.metrics = metrics;
    this.idleClock = idleClock;
    this.keyPartitioning = keyPartitioning;
    this.traceQuestions = traceQuestions;
    this.keeping = keeping;
    this.roundSinks = roundSinks;
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> processorContext) {
    context = processorContext;
    buffer = context.getStateStore(StoreNames.SPAN_BUFFER);
    VerdictLedger ledger = context.getStateStore(StoreNames.VERDICT_LEDGER);
    KeyValueStore<String, byte[]> policyState = context.getStateStore(StoreNames.POLICY_STATE);
    traces = buffer.traces();
    verdicts = ledger.verdicts();
    clock = traces.clock();
    TopicPartition source =
        new TopicPartition(settings.sourceTopic(), context.taskId().partition());
    deadLetters = new DeadLetters(context, NodeNames.SAMPLE_DEAD_LETTERS, metrics);
    TraceExporter exporter =
        new TraceExporter(
            context,
            new ExportRecords(settings.exportEncoding(), settings.maxExportRecordBytes()),
            deadLetters,
            metrics);
    keepState = new KeepState(policyState, settings.exactlyOnce());
    Outcomes outcomes =
        new ExportedOutcomes(
            exporter, metrics, settings.decisions() ? new DecisionRecords(context) : null);
    buffer.restartPoint().ifPresent(this::forgetDecided);
    oldestKnown = buffer.restartPoint().isPresent();
    needed = ledger.needed(buffer.restartPoint());
    buffer.restartPoint().ifPresent(p -> commitOldest(p.oldestOffset(), p.oldestTime()));
    nextOffset = buffer.restartPoint().map(RestartPoint::committedOffset).orElse(0L);
    gauges = metrics.register(source);
    TaskPolicies policies =
        new TaskPolicies(
            policySource,
            traces.scan().layout(),
            settings.rateShare(),
            new PolicyState(policyState::get, policyState::put),
            this::judging);
    traces.scan().use(policies.layout());
    sink = roundSinks.apply(source);
    rounds =
        new DueRounds(
            traces, verdicts, policies, outcomes, keepState, sink, settings.maxRoundNanos());
    intake = new SpanIntake(settings.bounds(), traces, verdicts, rounds, outcomes);
    desk = new TraceDesk(traces, verdicts, rounds);
    questions = traceQuestions.open(source.partition());
    keeper =
        keeping
            .map(
                k ->
                    new Keeper(
                        source.partition(),
                        nextOffset,
                        k,
                        keepState,
                        traces,
                        verdicts,
                        rounds,
                        exporter,
                        context,
                        metrics))
            .orElse(null);
    idleClock.start(source, context.currentSystemTimeMs());
    context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, this::tick);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    RecordMetadata position = context.recordMetadata().orElseThrow();
    long offset = position.offset();
    nextOffset = offset + 1;
    idleClock.recordCame(context.currentSystemTimeMs());
    Watermark watermark =
        !settings.splitSources().isEmpty() ? Watermarks.of(record.headers()) : null;
    if (watermark != null) {
      buffer.observe(watermark);
      rounds.run(nextOffset);
      return;
    }
    clock.observe(record.timestamp());
    if (!oldestKnown) {
      commitOldest(offset, clock.now());
      oldestKnown = true;
    }
    rounds.run(offset);
    RecordScan scan = traces.scan();
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
    if (settings.splitSources().isEmpty()) { // in unkeyed mode the splitter made the keys
      keyPartitioning.look(record.key(), position.partition(), offset);
    }
    metrics.received(record.value().length, scan.spans.spanCount());
    intake.take(scan, offset);
    if (scan.spans.firstInvalidSpan() >= 0) {
      deadLetters.sendInvalidSpans(record, scan.spans, scan.pieces, position);
    }
  }

  private void judging(PolicyVersion version) {
    metrics.judging(version);
    gauges.judging(version.number());
  }

  private void tick(long wallTime) {
    if (settings
        .splitSources()
        .isEmpty()) { // else the splitters say when their partitions are quiet
      idleClock.quietUntil(wallTime).ifPresent(clock::advance);
    }
    if (clock.hasStarted()) {
      gauges.started();
      rounds.run(nextOffset);
      buffer.dropDeadWindows();
      verdicts.dropExpired(clock.settled());
      needed.note(nextOffset, rounds.lastDecidedAt());
      OpenTrace oldest = traces.queue().oldest();
      commitOldest(
          oldest == null ? nextOffset : oldest.firstOffset,
          oldest == null ? clock.now() : oldest.firstSeen);
    }
    long overdueMillis = rounds.overdueMillis();
    gauges.update(traces, overdueMillis);
    sink.tick(clock.reached(), nextOffset, overdueMillis);
    questions.answer(desk::answer);
    if (keeper != null) {
      boolean hasSettled = clock.settled() >= 0; // a commit without a record says -1
      boolean isEmpty = clock.now() < 0 && idleClock.quietUntil(wallTime).isPresent();
      keeper.tick(nextOffset, hasSettled, isEmpty);
    }
  }

  private void commitOldest(long offset, long logTime) {
    StreamsInternals.commitOldest(context, offset, logTime, needed.since(offset, clock.settled()));
  }

  /**
   * Restored traces that were decided before the restart are not open. Under at-least-once a
   * verdict may be on record whose export was not yet: those at or after the committed offset are
   * taken back, and come again. One on spans that are not all restored was there at the commit.
   */
  private void forgetDecided(RestartPoint restart) {
    clock.observe(restart.clock());
    OpenTrace next;
    for (OpenTrace trace = traces.queue().oldest(); trace != null; trace = next) {
      next = trace.nextByFirst;
      Verdict verdict = verdicts.last(trace.high, trace.low);
      if (verdict == null || isOpenAgain(verdict, restart)) {
        continue;
      }
      if (!settings.exactlyOnce()
          && verdict.position() >= restart.committedOffset()
          && verdict.firstOffset() == trace.firstOffset) {
        verdicts.forget(trace.high, trace.low, clock.now());
        if (verdict.policy().equals(DueRounds.BY_HAND)) { // it was asked for once only
          keepState.mark(new TraceId(trace.high, trace.low));
        }
      } else {
        traces.remove(trace);
      }
    }
  }

  /** Under at-least-once that may be on record before it is true. */
  private static boolean isOpenAgain(Verdict last, RestartPoint restart) {
    return Verdicts.isOpenAgain(last) && last.firstOffset() < restart.committedOffset();
  }

  @Override
  public void close() {
    if (gauges != null) {
      gauges.close();
      questions.close();
      if (keeper != null) {
        keeper.close();
      }
      sink.tick(clock.reached(), nextOffset, rounds.overdueMillis());
    }
  }
}
