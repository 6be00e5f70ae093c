package io.tailrace.topology.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.topology.buffer.BufferLimits;
import io.tailrace.topology.buffer.RocksResources;
import io.tailrace.topology.kafka.BoundedTimestamps;
import io.tailrace.topology.kafka.SourceOffsets;
import io.tailrace.topology.kafka.SplitSource;
import io.tailrace.topology.kafka.SplitSources;
import io.tailrace.topology.operations.Outlines;
import io.tailrace.topology.sampling.DueRounds;
import io.tailrace.topology.sampling.KeepMarks;
import io.tailrace.topology.sampling.Keeps;
import io.tailrace.topology.sampling.OpenTraces;
import io.tailrace.topology.sampling.Outcomes;
import io.tailrace.topology.sampling.PolicySchedule;
import io.tailrace.topology.sampling.PolicyState;
import io.tailrace.topology.sampling.ReadBacks;
import io.tailrace.topology.sampling.Reconsideration;
import io.tailrace.topology.sampling.RoundSink;
import io.tailrace.topology.sampling.SpanIntake;
import io.tailrace.topology.sampling.SummarySettings;
import io.tailrace.topology.sampling.TaskPolicies;
import io.tailrace.topology.sampling.TraceBounds;
import io.tailrace.topology.streams.NotedOutcomes.Notes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/** Task that samples a log, from its start to its end. */
final class SampledTask implements AutoCloseable {
  static final long RETENTION = 12_000;
  static final TraceBounds NO_BOUNDS =
      new TraceBounds(1_000_000, 1 << 30, 1 << 30, 1_000_000, 0, 0, Optional.empty());
  static final TopicPartition SHUFFLE = new TopicPartition("by-trace", 0);
  private static final TopicPartition LEDGER = new TopicPartition("ledger", 0);

  /**
   * How tasks sample a log.
   *
   * @param exactlyOnce whether a kill leaves only what was committed
   * @param reconsidered late spans per second that can turn verdicts
   */
  record Setup(
      PolicySchedule policies,
      SplitSource source,
      RocksResources resources,
      Path directory,
      boolean exactlyOnce,
      int reconsidered,
      long maxRoundNanos) {

    /**
     * Reads the log with kills after about so many records. Each task continues from the last
     * commit of its predecessor, which may have read further.
     */
    Notes sample(List<ConsumerRecord<byte[], byte[]>> log, int life, Random random) {
      Notes notes = new Notes();
      Saved saved = Saved.NOTHING;
      int lives = 0;
      while (saved.nextOffset() < log.size()) {
        Path state = directory.resolve(Long.toString(random.nextLong()));
        try (SampledTask task = new SampledTask(this, saved, log, state, notes)) {
          int commit = life == Integer.MAX_VALUE ? log.size() : 1 + random.nextInt(life);
          int kill = commit + (life == Integer.MAX_VALUE ? 0 : random.nextInt(life));
          saved = task.run(commit, kill, random);
        }
        lives++;
      }
      assertThat(lives > 1).isEqualTo(life < log.size());
      return notes;
    }
  }

  /** What a successor finds, besides exports. */
  private record Saved(
      Optional<RestartPoint> point,
      List<FakeStoreContext.Change> ledger,
      Map<String, byte[]> policyState) {
    static final Saved NOTHING = new Saved(Optional.empty(), List.of(), Map.of());

    long nextOffset() {
      return point.map(RestartPoint::committedOffset).orElse(0L);
    }
  }

  private final boolean exactlyOnce;
  private final Saved saved;
  private final List<ConsumerRecord<byte[], byte[]>> log;
  private final FakeStoreContext ledgerContext;
  private final SpanBuffer buffer;
  private final VerdictLedger ledger;
  private final Map<String, byte[]> policyState;
  private final Restart restart;
  private final TaskPolicies taskPolicies;
  private final SpanIntake intake;
  private final List<Runnable> uncommitted = new ArrayList<>();

  private SampledTask(
      Setup setup, Saved saved, List<ConsumerRecord<byte[], byte[]>> log, Path state, Notes notes) {
    Outcomes outcomes = new NotedOutcomes(notes, uncommitted::add);
    this.exactlyOnce = setup.exactlyOnce;
    this.saved = saved;
    this.log = log;
    FakeRestartPoints points = new FakeRestartPoints();
    points.point = saved.point;
    buffer =
        new SpanBuffer(
            "buffer",
            new SourceRecords(
                SHUFFLE.topic(),
                BoundedTimestamps.ofShuffle(),
                new SplitSources(List.of(setup.source))),
            new BufferLimits(400, 4_000, 10_000),
            setup.resources,
            points,
            new SourceOffsets(new SimpleMeterRegistry()),
            new SummarySettings(setup::policies, Outlines.NONE, Optional.empty()));
    FakeStoreContext bufferContext = new FakeStoreContext(state.toFile());
    bufferContext.init(buffer);
    bufferContext.restore(log.subList((int) buffer.restoreFrom(SHUFFLE), (int) saved.nextOffset()));
    ledger =
        new VerdictLedger(
            "ledger", SHUFFLE.topic(), exactlyOnce, RETENTION, setup.resources, points);
    ledgerContext = new FakeStoreContext(state.toFile());
    ledgerContext.init(ledger);
    ledger.restoreFrom(LEDGER);
    ledgerContext.restore(since(points.askedTime));
    policyState = new HashMap<>(saved.policyState);
    OpenTraces traces = buffer.traces();
    restart = new Restart(saved.point, traces, ledger.verdicts());
    restart.forgetDecided(exactlyOnce, (id, mark) -> {});
    taskPolicies =
        new TaskPolicies(
            setup::policies,
            traces.scan().layout(),
            1,
            new PolicyState(policyState::get, policyState::put),
            version -> {});
    Reconsideration reconsideration =
        new Reconsideration(
            ledger.verdicts(), taskPolicies, outcomes, ReadBacks.SIMULATED, setup.reconsidered);
    DueRounds rounds =
        new DueRounds(
            traces,
            ledger.verdicts(),
            taskPolicies,
            outcomes,
            new Keeps(KeepMarks.NONE, reconsideration),
            RoundSink.NONE,
            setup.maxRoundNanos);
    intake =
        new SpanIntake(NO_BOUNDS, traces, ledger.verdicts(), rounds, reconsideration, outcomes);
  }

  private List<ConsumerRecord<byte[], byte[]>> since(long time) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (FakeStoreContext.Change change : saved.ledger) {
      if (!records.isEmpty() || change.time() >= time) { // as a search by time finds it
        records.add(
            record(
                LEDGER,
                records.size(),
                change.time(),
                change.key(),
                change.value(),
                new RecordHeaders()));
      }
    }
    return records;
  }

  /** Reads on, and is killed some records after a commit. */
  private Saved run(int commit, int kill, Random random) {
    Saved committed = saved;
    long from = saved.nextOffset();
    for (long offset = from; offset < Math.min(from + kill, log.size()); offset++) {
      take(log.get((int) offset));
      if (random.nextBoolean()) { // a block is full
        ledger.beforeCommit();
      }
      if (offset + 1 == Math.min(from + commit, log.size())) {
        buffer.dropDeadWindows();
        ledger.verdicts().dropExpired(buffer.traces().clock().settled());
        committed = commit(offset + 1);
      }
    }
    return exactlyOnce ? committed : withUncommitted(committed, random);
  }

  /** Some records after the commit are written: topics are independent of each other. */
  private Saved withUncommitted(Saved committed, Random random) {
    some(uncommitted, random).forEach(Runnable::run);
    List<FakeStoreContext.Change> changelog = changelog();
    int size = committed.ledger.size();
    List<FakeStoreContext.Change> written = new ArrayList<>(changelog.subList(0, size));
    written.addAll(some(changelog.subList(size, changelog.size()), random));
    return new Saved(committed.point, written, committed.policyState);
  }

  private static <T> List<T> some(List<T> all, Random random) {
    return all.subList(0, random.nextInt(all.size() + 1));
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    try {
      buffer
          .records()
          .take(record.headers(), record.value(), record.timestamp(), record.offset(), intake);
    } catch (MalformedOtlpException e) {
      throw new AssertionError(e);
    }
  }

  private Saved commit(long nextOffset) {
    taskPolicies.save();
    ledger.beforeCommit();
    uncommitted.forEach(Runnable::run);
    uncommitted.clear();
    return new Saved(Optional.of(restart.at(nextOffset)), changelog(), new HashMap<>(policyState));
  }

  private List<FakeStoreContext.Change> changelog() {
    List<FakeStoreContext.Change> changelog = new ArrayList<>(saved.ledger);
    changelog.addAll(ledgerContext.changelog);
    return changelog;
  }

  @Override
  public void close() {
    buffer.close();
    ledger.close();
  }

  static ConsumerRecord<byte[], byte[]> record(
      TopicPartition at, long offset, long time, byte[] key, byte[] value, Headers headers) {
    return new ConsumerRecord<>(
        at.topic(),
        at.partition(),
        offset,
        time,
        TimestampType.CREATE_TIME,
        0,
        0,
        key,
        value,
        headers,
        Optional.empty());
  }
}
