package io.tailrace.topology.streams;

import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.topology.config.IngestMode;
import io.tailrace.topology.sampling.DueRounds;
import io.tailrace.topology.sampling.LogClock;
import io.tailrace.topology.sampling.OpenTraces;
import io.tailrace.topology.sampling.Outcomes;
import io.tailrace.topology.sampling.PolicySource;
import io.tailrace.topology.sampling.PolicyState;
import io.tailrace.topology.sampling.RecordLoop;
import io.tailrace.topology.sampling.RecordScan;
import io.tailrace.topology.sampling.RoundSink;
import io.tailrace.topology.sampling.SpanIntake;
import io.tailrace.topology.sampling.TaskPolicies;
import io.tailrace.topology.sampling.TraceAnswers;
import io.tailrace.topology.sampling.Verdicts;
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
  private final Optional<KeepServices> keeping;
  private final Function<TopicPartition, RoundSink> roundSinks;

  private SpanBuffer buffer;
  private OpenTraces traces;
  private Verdicts verdicts;
  private LogClock clock;
  private DueRounds rounds;
  private SpanIntake intake;
  private DeadLetters deadLetters;
  private ProcessorContext<byte[], byte[]> context;
  private TaskMeters meters;
  private TraceAnswers answers;
  private TraceQuestions.Task questions;
  private Restart restart;
  private KeepState keepState;
  private Keeper keeper;
  private RoundSink sink;
  private boolean restartKnown;
  private long nextOffset;

  TailSampler(
      SamplerSettings settings,
      PolicySource policySource,
      SamplerMetrics metrics,
      IdleClock idleClock,
      KeyPartitioning keyPartitioning,
      TraceQuestions traceQuestions,
      Optional<KeepServices> keeping,
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
    TraceExporter exporter = new TraceExporter(context, settings.export(), deadLetters, metrics);
    keepState = new KeepState(policyState, settings.exactlyOnce());
    restart = new Restart(buffer.restartPoint(), traces, verdicts);
    restart.forgetDecided(settings.exactlyOnce(), keepState::mark);
    nextOffset = restart.nextOffset();
    restartKnown = buffer.restartPoint().isPresent();
    if (restartKnown) {
      commitRestart(nextOffset);
    }
    meters = metrics.register(source);
    Outcomes outcomes =
        new ExportedOutcomes(
            exporter, metrics, meters, settings.decisions() ? new DecisionRecords(context) : null);
    TaskPolicies policies =
        new TaskPolicies(
            policySource,
            traces.scan().layout(),
            settings.rateShare(),
            new PolicyState(policyState::get, policyState::put),
            meters::judging);
    traces.scan().use(policies.layout());
    sink = roundSinks.apply(source);
    rounds =
        new DueRounds(
            traces, verdicts, policies, outcomes, keepState, sink, settings.maxRoundNanos());
    intake = new SpanIntake(settings.bounds(), traces, verdicts, rounds, outcomes);
    answers = new TraceAnswers(traces, verdicts, rounds);
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
    RecordLoop.Content content;
    try {
      content =
          buffer
              .records()
              .take(record.headers(), record.value(), record.timestamp(), offset, intake);
    } catch (MalformedOtlpException e) {
      deadLetters.send(record, record.value(), e.getMessage(), position);
      beforeFirstTick();
      return;
    }
    beforeFirstTick();
    switch (content) {
      case WATERMARK -> {}
      case NO_VALUE -> deadLetters.send(record, null, DeadLetters.NO_VALUE, position);
      case SPANS -> taken(record, position);
    }
  }

  /** A commit may come before the first tick. */
  private void beforeFirstTick() {
    if (!restartKnown && clock.hasStarted()) {
      commitRestart(nextOffset);
      restartKnown = true;
    }
  }

  private void taken(Record<byte[], byte[]> record, RecordMetadata position) {
    RecordScan scan = traces.scan();
    metrics.received(record.value().length, scan.spans.spanCount());
    if (settings.mode() == IngestMode.KEYED) { // in unkeyed mode the splitter made the keys
      keyPartitioning.look(record.key(), position.partition(), position.offset());
    }
    if (scan.spans.firstInvalidSpan() >= 0) {
      deadLetters.sendInvalidSpans(record, scan.spans, scan.pieces, position);
    }
  }

  private void tick(long wallTime) {
    if (settings.mode()
        == IngestMode.KEYED) { // else the splitters say when their partitions are quiet
      idleClock.quietUntil(wallTime).ifPresent(clock::advance);
    }
    if (clock.hasStarted()) {
      meters.gauges().started();
      rounds.run(nextOffset);
      buffer.dropDeadWindows();
      verdicts.dropExpired(clock.settled());
      commitRestart(nextOffset);
    }
    long overdueMillis = rounds.overdueMillis();
    meters.gauges().update(traces, overdueMillis);
    sink.tick(clock.reached(), nextOffset, overdueMillis);
    questions.answer(answers::answer);
    if (keeper != null) {
      boolean hasSettled = clock.settled() >= 0; // a commit without a record says -1
      boolean isEmpty = clock.now() < 0 && idleClock.quietUntil(wallTime).isPresent();
      keeper.tick(nextOffset, hasSettled, isEmpty);
    }
  }

  private void commitRestart(long offset) {
    StreamsInternals.commit(context, restart.at(offset));
  }

  @Override
  public void close() {
    if (meters != null) {
      meters.close();
      questions.close();
      if (keeper != null) {
        keeper.close();
      }
      sink.tick(clock.reached(), nextOffset, rounds.overdueMillis());
    }
  }
}
