package io.tailrace.topology.streams;

import io.tailrace.topology.config.IngestMode;
import io.tailrace.topology.meters.SamplerMetrics;
import io.tailrace.topology.meters.TaskMeters;
import io.tailrace.topology.operations.TaskOperations;
import io.tailrace.topology.sampling.DueRounds;
import io.tailrace.topology.sampling.Keeps;
import io.tailrace.topology.sampling.OpenTraces;
import io.tailrace.topology.sampling.Outcomes;
import io.tailrace.topology.sampling.PolicyState;
import io.tailrace.topology.sampling.Reconsideration;
import io.tailrace.topology.sampling.RoundSink;
import io.tailrace.topology.sampling.SpanIntake;
import io.tailrace.topology.sampling.TaskPolicies;
import io.tailrace.topology.sampling.Verdicts;
import java.time.Duration;
import java.util.OptionalInt;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Processes the spans of one partition. Spans of open traces are buffered, and spans of decided
 * traces follow their verdict. Before each record, traces that are due at its log time are decided.
 */
final class TailSampler implements Processor<byte[], byte[], byte[], byte[]> {
  /** Interval of the search for due traces if no records arrive. */
  private static final Duration TICK = Duration.ofMillis(100);

  private final SamplerSettings settings;
  private final TaskServices services;
  private final IdleClock idleClock;
  private final CommittedTimes committed;

  private ProcessorContext<byte[], byte[]> context;
  private @Nullable TaskMeters meters;
  private SampledRecords records;
  private RestartCommits restartCommits;
  private @Nullable TaskTicks ticks;
  private @Nullable CommittedClock progress; // unkeyed, the splitters have one
  private long nextOffset;

  TailSampler(SamplerSettings settings, TaskServices services) {
    this.settings = settings;
    this.services = services;
    this.idleClock = new IdleClock(services.caughtUp(), settings.idleAfterMillis());
    this.committed = CommittedTimes.of(settings.exactlyOnce(), services.commits());
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> processorContext) {
    context = processorContext;
    SpanBuffer buffer = context.getStateStore(StoreNames.SPAN_BUFFER);
    VerdictLedger ledger = context.getStateStore(StoreNames.VERDICT_LEDGER);
    KeyValueStore<String, byte[]> policyState = context.getStateStore(StoreNames.POLICY_STATE);
    OpenTraces open = buffer.traces();
    Verdicts verdicts = ledger.verdicts();
    TopicPartition source =
        new TopicPartition(settings.sourceTopic(), context.taskId().partition());
    SamplerMetrics metrics = services.metrics();
    DeadLetters deadLetters = new DeadLetters(context, NodeNames.SAMPLE_DEAD_LETTERS, metrics);
    KeepState keepState = new KeepState(policyState, settings.exactlyOnce());
    restore(buffer, verdicts, keepState);
    TaskMeters taskMeters = metrics.register(source);
    meters = taskMeters;
    TaskPolicies policies =
        new TaskPolicies(
            services.policies(),
            open.scan().layout(),
            settings.rateShare(),
            new PolicyState(policyState::get, policyState::put),
            taskMeters::judging);
    TaskOperations operations = services.operations().ofTask();
    ledger.beforeCommit(
        () -> {
          policies.save();
          operations.commit();
        });
    open.scan().use(policies.layout());
    LinkedTraces links =
        new LinkedTraces(
            context,
            () -> policies.version().set().followsLinks(),
            services.keeping().flatMap(KeepServices::linksTopic).isPresent()
                ? OptionalInt.of(settings.bounds().linkedPerSecond())
                : OptionalInt.empty(),
            metrics);
    TraceExporter exporter =
        new TraceExporter(
            context,
            settings.export(),
            links,
            deadLetters,
            new TraceExporter.Counts(metrics, operations),
            () -> policies.version().set());
    Outcomes outcomes =
        new ExportedOutcomes(
            exporter,
            metrics,
            taskMeters,
            operations,
            settings.decisions() ? new DecisionRecords(context) : null);
    RoundSink sink = services.roundSinks().apply(source);
    Reconsideration reconsideration =
        new Reconsideration(
            verdicts,
            policies,
            outcomes,
            keepState,
            services.keeping().isPresent() ? settings.bounds().reconsideredPerSecond() : 0);
    DueRounds rounds =
        new DueRounds(
            open,
            verdicts,
            policies,
            outcomes,
            new Keeps(keepState, reconsideration),
            sink,
            settings.maxRoundNanos());
    SpanIntake intake =
        new SpanIntake(settings.bounds(), open, verdicts, rounds, reconsideration, outcomes);
    records = new SampledRecords(settings.mode(), buffer, intake, deadLetters, services);
    TaskTraces traces = new TaskTraces(open, verdicts, rounds);
    CommittedClock ownProgress =
        settings.mode() == IngestMode.KEYED
            ? new CommittedClock(context, source, idleClock, committed, open.clock())
            : null;
    progress = ownProgress;
    TaskTicks taskTicks =
        new TaskTicks(
            idleClock,
            ownProgress,
            buffer,
            traces,
            restartCommits,
            new TaskTicks.Parts(
                taskMeters,
                sink,
                services.questions().open(source.partition()),
                services
                    .keeping()
                    .map(
                        k ->
                            new Keeper(
                                nextOffset, k, keepState, traces, exporter, context, metrics))));
    ticks = taskTicks;
    if (ownProgress == null) {
      idleClock.start(source, context.currentSystemTimeMs());
    }
    context.schedule(
        TICK, PunctuationType.WALL_CLOCK_TIME, wall -> taskTicks.tick(wall, nextOffset));
  }

  private void restore(SpanBuffer buffer, Verdicts verdicts, KeepState keepState) {
    OpenTraces open = buffer.traces();
    Restart restart = new Restart(buffer.restartPoint(), open, verdicts);
    restart.forgetDecided(settings.exactlyOnce(), keepState::mark);
    nextOffset = restart.nextOffset();
    restartCommits = new RestartCommits(restart, open.clock(), context);
    if (buffer.restartPoint().isPresent()) {
      restartCommits.note(nextOffset);
    }
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    RecordMetadata position = context.recordMetadata().orElseThrow();
    nextOffset = position.offset() + 1;
    if (progress != null) {
      progress.recordComes();
    } else {
      idleClock.recordCame(context.currentSystemTimeMs());
    }
    records.take(record, position);
    restartCommits.noteFirst(nextOffset);
  }

  @Override
  public void close() {
    if (meters != null) {
      meters.close();
    }
    if (ticks != null) { // otherwise, the start has failed
      ticks.close();
      ticks.report(nextOffset);
    }
  }
}
