package io.tailrace.topology.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.trace.v1.Span;
import io.tailrace.policies.Decision;
import io.tailrace.policies.FingerprintSets;
import io.tailrace.policies.PolicySet;
import io.tailrace.policies.fingerprint.Fingerprint;
import io.tailrace.policies.fingerprint.Fingerprints;
import io.tailrace.policies.fingerprint.Selector;
import io.tailrace.policies.fingerprint.TraceValues;
import io.tailrace.policies.fingerprint.ValueHash;
import io.tailrace.serdes.Encoding;
import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.Verdict;
import io.tailrace.serdes.Watermark;
import io.tailrace.topology.buffer.BufferLimits;
import io.tailrace.topology.buffer.RocksResources;
import io.tailrace.topology.config.IngestTopic;
import io.tailrace.topology.kafka.BoundedTimestamps;
import io.tailrace.topology.kafka.HeaderNames;
import io.tailrace.topology.kafka.SplitSource;
import io.tailrace.topology.kafka.SplitSources;
import io.tailrace.topology.operations.Outlines;
import io.tailrace.topology.sampling.DueRounds;
import io.tailrace.topology.sampling.EarlyReason;
import io.tailrace.topology.sampling.KeepMarks;
import io.tailrace.topology.sampling.Keeps;
import io.tailrace.topology.sampling.OpenTrace;
import io.tailrace.topology.sampling.OpenTraces;
import io.tailrace.topology.sampling.Otlp;
import io.tailrace.topology.sampling.Outcomes;
import io.tailrace.topology.sampling.PolicySchedule;
import io.tailrace.topology.sampling.PolicyState;
import io.tailrace.topology.sampling.PolicyVersion;
import io.tailrace.topology.sampling.ReadBacks;
import io.tailrace.topology.sampling.Reconsideration;
import io.tailrace.topology.sampling.RecordScan;
import io.tailrace.topology.sampling.RoundSink;
import io.tailrace.topology.sampling.SpanIntake;
import io.tailrace.topology.sampling.SummarySettings;
import io.tailrace.topology.sampling.TaskPolicies;
import io.tailrace.topology.sampling.TraceBounds;
import io.tailrace.topology.sampling.Waits;
import io.tailrace.topology.simulate.PartitionSimulation;
import io.tailrace.topology.simulate.SimulatedTask;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Verdicts and exports follow from the ingest log alone: whatever the speeds at which its
 * partitions are read, and wherever an instance is killed and started again.
 */
class ReadingOrderTest {
  private static final long WAIT = 5_000;
  private static final long AFTER_ROOT = 2_000;
  private static final long RETENTION = 12_000;
  private static final int SOURCES = 3;
  private static final long START = SamplerHarness.START;
  private static final TopicPartition SHUFFLE = new TopicPartition("by-trace", 0);
  private static final TopicPartition LEDGER = new TopicPartition("ledger", 0);
  private static final TraceBounds NO_BOUNDS =
      new TraceBounds(1_000_000, 1 << 30, 1 << 30, 1_000_000, 0, 0, Optional.empty());
  private static final String ERRORS =
      "policies: [{name: errors, type: status_code, status_code: {status_codes: [ERROR]}}]";
  private static final String LIMITED =
      """
      policies:
        - {name: errors, type: status_code, status_code: {status_codes: [ERROR]}}
        - {name: some, type: rate_limiting, rate_limiting: {spans_per_second: 2}}
      """;

  private static final String ADAPTIVE =
      """
      policies:
        - {name: errors, type: status_code, status_code: {status_codes: [ERROR]}}
        - name: some
          type: adaptive_throughput
          adaptive_throughput:
            goal_throughput: 2
            adjustment_interval: 5s
            fingerprint_attributes: [trace.shape]
      """;

  private static final String DENSE =
      ADAPTIVE
          .replace("goal_throughput: 2", "goal_throughput: 30")
          .replace("interval: 5s", "interval: 1s");

  private static final String BURNING =
      """
      policies:
        - name: some
          type: slo_burn
          slo_burn:
            objective: 80
            bad: {type: status_code, status_code: {status_codes: [ERROR]}}
            windows: [{long: 24s, short: 12s, burn_rate: 1.2}]
            min_traces: 5
            hold: 1s
      """;

  private static final List<String> FINGERPRINT = List.of("root.name", "trace.shape");
  private static final List<String> SECOND_FINGERPRINT = List.of("trace.shape", "root.name");
  private static final String ROOT_CONDITION = "HasSuffix(name, \".0\")\n";
  private static final long SECOND_FROM = 30_000;

  @TempDir Path directory;

  private int reconsidered;
  private long maxRoundNanos = Long.MAX_VALUE;

  private final RocksResources resources = new RocksResources(8 << 20, () -> 0);

  @AfterEach
  void close() {
    resources.close();
  }

  /** A record of an ingest partition. */
  private record Ingested(int source, long time, List<Span> spans) {}

  /** What is exported and decided, in an order of its own. */
  private record Result(
      Map<String, List<String>> exported,
      Map<String, List<String>> decided,
      Map<String, List<String>> turned) {
    Result() {
      this(new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void verdictsAreThoseOfTheLogInItsOwnOrder_whateverTheSpeeds(long seed) {
    Random random = new Random(seed);
    List<Ingested> ingest = ingest(random);
    Result expected = expected(ingest);

    for (int lead : new int[] {0, 10, 300}) {
      List<ConsumerRecord<byte[], byte[]>> log = shuffled(ingest, lead, random);
      Result result = run(log, ERRORS, Integer.MAX_VALUE, random);

      assertThat(result.decided).as("lead %d", lead).isEqualTo(expected.decided);
      assertThat(result.exported).as("lead %d", lead).isEqualTo(expected.exported);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {6, 7, 8, 9, 10, 11, 12, 13})
  void killsChangeNothing(long seed) {
    Random random = new Random(seed);
    List<Ingested> ingest = ingest(random);
    Result expected = expected(ingest);

    for (int lead : new int[] {0, 10, 300}) {
      List<ConsumerRecord<byte[], byte[]>> log = shuffled(ingest, lead, random);
      Result result = run(log, ERRORS, 60 + random.nextInt(200), random);

      assertThat(result.decided).as("lead %d", lead).isEqualTo(expected.decided);
      assertThat(result.exported).as("lead %d", lead).isEqualTo(expected.exported);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {21, 22, 23, 24})
  void budgetsAreSpentAlike_whateverTheSpeedsAndKills(long seed) {
    for (String policies : List.of(LIMITED, ADAPTIVE, BURNING)) {
      Random random = new Random(seed);
      List<Ingested> ingest = ingest(random);
      Result live = run(shuffled(ingest, 0, random), policies, Integer.MAX_VALUE, random);
      assertThat(live.decided.toString()).contains(" some").contains(" -");

      for (int life : new int[] {Integer.MAX_VALUE, 120}) {
        Result result = run(shuffled(ingest, random.nextInt(300), random), policies, life, random);

        assertThat(result.decided).as("life %d", life).isEqualTo(live.decided);
        assertThat(result.exported).as("life %d", life).isEqualTo(live.exported);
      }
    }
  }

  @Test
  void slotsAreDecidedAlike_whenAKillComesBetweenTheirRounds() {
    Random random = new Random(27);
    List<Ingested> ingest = ingest(random, 6_000);
    Result live = run(shuffled(ingest, 0, random), DENSE, Integer.MAX_VALUE, random);
    assertThat(live.decided.toString()).contains(" some").contains(" -");

    maxRoundNanos = 0; // a round ends after its first few decisions
    Result result = run(shuffled(ingest, 0, random), DENSE, 40, random);

    assertThat(result.decided).isEqualTo(live.decided);
    assertThat(result.exported).isEqualTo(live.exported);
  }

  @ParameterizedTest
  @ValueSource(longs = {25, 26})
  void lateSpansTurnTheSameVerdicts_whateverTheSpeedsAndKills(long seed) {
    reconsidered = Integer.MAX_VALUE;
    Random random = new Random(seed);
    List<Ingested> ingest = ingest(random);
    Result live = run(shuffled(ingest, 0, random), ERRORS, Integer.MAX_VALUE, random);
    assertThat(live.turned).isNotEmpty();

    for (int life : new int[] {Integer.MAX_VALUE, 120}) {
      for (int lead : new int[] {0, 10, 300}) {
        Result result = run(shuffled(ingest, lead, random), ERRORS, life, random);

        assertThat(result.turned).as("life %d, lead %d", life, lead).isEqualTo(live.turned);
        assertThat(result.decided).as("life %d, lead %d", life, lead).isEqualTo(live.decided);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {31, 32})
  void aSimulationDecidesAsTheFleetDid_whateverTheSpeeds(long seed) throws Exception {
    Random random = new Random(seed);
    List<Ingested> ingest = ingest(random);
    Result expected = expected(ingest);

    for (int lead : new int[] {0, 300}) {
      assertThat(simulated(shuffled(ingest, lead, random), ERRORS).decided)
          .as("lead %d", lead)
          .isEqualTo(expected.decided);
    }
    List<ConsumerRecord<byte[], byte[]>> log = shuffled(ingest, 0, random);
    Result live = run(log, BURNING, Integer.MAX_VALUE, random);
    assertThat(live.decided.toString()).contains(" some").contains(" -");
    assertThat(simulated(shuffled(ingest, 300, random), BURNING).decided).isEqualTo(live.decided);
  }

  private Result simulated(List<ConsumerRecord<byte[], byte[]>> log, String policies)
      throws Exception {
    Result result = new Result();
    SimulatedTask task =
        new SimulatedTask(
            new SplitSources(List.of(splitSource())),
            1,
            RETENTION,
            NO_BOUNDS,
            BoundedTimestamps.ofShuffle(),
            2_000);
    try (PartitionSimulation simulation =
        new PartitionSimulation(
            task,
            schedule(policies),
            resources,
            Files.createDirectory(directory.resolve("simulation-" + log.hashCode())),
            new Noting(result, Runnable::run))) {
      for (ConsumerRecord<byte[], byte[]> record : log) {
        simulation.take(record);
      }
    }
    return result;
  }

  /** The same policies all the time, with other fingerprints and root spans from a time on. */
  private static PolicySchedule schedule(String policies) {
    Waits waits = new Waits(WAIT, AFTER_ROOT);
    PolicySet second = SamplerHarness.set("root_span_condition: " + ROOT_CONDITION + policies);
    return new PolicySchedule(
            new PolicyVersion(
                0,
                Long.MIN_VALUE,
                FingerprintSets.with(SamplerHarness.set(policies), FINGERPRINT),
                waits))
        .with(
            new PolicyVersion(
                1, START + SECOND_FROM, FingerprintSets.with(second, SECOND_FINGERPRINT), waits));
  }

  /** As the policies of that time have it. */
  private static boolean isRoot(Span span, long time) {
    return time < SECOND_FROM ? span.getParentSpanId().isEmpty() : span.getName().endsWith(".0");
  }

  private static String fingerprint(List<Ingested> spans, long due) {
    List<String> selectors = due < SECOND_FROM ? FINGERPRINT : SECOND_FINGERPRINT;
    TraceValues values =
        new TraceValues(
            new Fingerprints(
                List.of(
                    new Fingerprint(
                        selectors.stream().map(text -> Selector.parse(text).get()).toList()))));
    for (Ingested ingested : spans) {
      Span span = ingested.spans.get(0);
      if (isRoot(span, due)) {
        values.add(selectors.indexOf("root.name"), ValueHash.of(span.getName()));
      }
      values.addSpan(
          ValueHash.of(""),
          ValueHash.of("parent__"),
          !span.getParentSpanId().isEmpty(),
          ValueHash.of("shop"),
          ValueHash.of(span.getName()));
    }
    return ValueHash.hex(values.fingerprint(0));
  }

  /** The case of a restart in the middle of the retention, in which late spans came twice. */
  @Test
  void lateSpansFollowTheirVerdict_whenItIsOlderThanTheOldestOpenTrace() {
    List<Ingested> ingest = new ArrayList<>();
    for (int i = 1; i <= 20; i++) {
      ingest.add(new Ingested(0, 0, List.of(i % 2 == 0 ? Otlp.error(i) : Otlp.span(i))));
    }
    for (int at = 0; at < 60; at++) { // other traffic
      ingest.add(new Ingested(0, at * 500, List.of(Otlp.span(1_000 + at))));
    }
    for (int i = 1; i <= 20; i++) {
      ingest.add(new Ingested(0, 16_900, List.of(Otlp.error(i).toBuilder().setName("l").build())));
    }
    ingest.sort(Comparator.comparingLong(Ingested::time));
    Result expected = expected(ingest);
    List<ConsumerRecord<byte[], byte[]>> log = shuffled(ingest, 0, new Random(1));

    for (int life : new int[] {30, 45, 70, 100, 150, 200}) {
      Result result = run(log, ERRORS, life, new Random(life));
      assertThat(result.decided).isEqualTo(expected.decided);
      assertThat(result.exported).isEqualTo(expected.exported);
    }
  }

  private static List<Ingested> ingest(Random random) {
    return ingest(random, 60_000);
  }

  /** Returns 150 traces that begin within a time. */
  private static List<Ingested> ingest(Random random, int withinMillis) {
    List<Ingested> all = new ArrayList<>();
    for (int trace = 1; trace <= 150; trace++) {
      long begin = random.nextInt(withinMillis);
      int records = 1 + random.nextInt(5);
      for (int i = 0; i < records; i++) {
        long at = begin + offsetOf(random);
        List<Span> spans = new ArrayList<>();
        for (int s = random.nextInt(2); s >= 0; s--) {
          spans.add(span(trace, trace + "." + i + "." + s, random));
        }
        if (random.nextInt(4) == 0) {
          spans.add(span(1 + random.nextInt(trace), trace + "." + i + ".other", random));
        }
        all.add(new Ingested(random.nextInt(SOURCES), at, spans));
      }
    }
    all.sort(Comparator.comparingLong(Ingested::time));
    return all;
  }

  /** Most spans come in time, others late, or when the verdict has expired, or just at a limit. */
  private static long offsetOf(Random random) {
    return switch (random.nextInt(12)) {
      case 0 -> WAIT;
      case 1 -> WAIT + RETENTION;
      case 2, 3 -> random.nextInt((int) (WAIT + RETENTION));
      case 4, 5 -> random.nextInt((int) (3 * (WAIT + RETENTION)));
      default -> random.nextInt((int) WAIT);
    };
  }

  private static Span span(long trace, String name, Random random) {
    Span span =
        random.nextInt(6) == 0
            ? Otlp.error(trace)
            : random.nextInt(4) == 0 ? Otlp.span(trace) : Otlp.child(trace, name);
    return span.toBuilder().setName(name).build();
  }

  /** What the log itself says, found by sorting it. */
  private static Result expected(List<Ingested> ingest) {
    Map<Long, List<Ingested>> byTrace = new TreeMap<>();
    for (Ingested record : ingest) {
      for (Span span : record.spans) {
        byTrace
            .computeIfAbsent(low(span), id -> new ArrayList<>())
            .add(new Ingested(record.source, record.time, List.of(span)));
      }
    }
    Result result = new Result();
    byTrace.forEach((trace, spans) -> judge(trace, spans, result));
    return result;
  }

  private static void judge(long trace, List<Ingested> spans, Result into) {
    List<Ingested> left = new ArrayList<>(spans);
    left.sort(Comparator.comparingLong(Ingested::time));
    while (!left.isEmpty()) {
      long first = left.get(0).time;
      long due =
          Stream.concat(
                  Stream.of(first + WAIT),
                  left.stream()
                      .filter(span -> isRoot(span.spans.get(0), span.time))
                      .map(span -> span.time + AFTER_ROOT))
              .min(Long::compare)
              .orElseThrow();
      List<Ingested> judged = left.stream().filter(span -> span.time < due).toList();
      boolean kept =
          judged.stream().anyMatch(span -> span.spans.get(0).getStatus().getCodeValue() == 2);
      List<Ingested> following = left.stream().filter(s -> s.time <= due + RETENTION).toList();
      note(into.decided, trace, due + (kept ? " errors " : " - ") + fingerprint(judged, due));
      if (kept) {
        following.forEach(s -> note(into.exported, trace, due + " " + s.spans.get(0).getName()));
      }
      left.removeAll(following);
    }
  }

  private static void note(Map<String, List<String>> into, long trace, String what) {
    List<String> all = into.computeIfAbsent(Long.toString(trace), id -> new ArrayList<>());
    all.add(what);
    all.sort(Comparator.naturalOrder());
  }

  private static long low(Span span) {
    return span.getTraceId().substring(8).asReadOnlyByteBuffer().getLong();
  }

  /**
   * The shuffle as splitters write it that read their partitions at different speeds.
   *
   * @param lead by how many records one may be ahead of another
   */
  private static List<ConsumerRecord<byte[], byte[]>> shuffled(
      List<Ingested> ingest, int lead, Random random) {
    List<List<Ingested>> bySource = new ArrayList<>();
    int[] next = new int[SOURCES];
    for (int i = 0; i < SOURCES; i++) {
      int source = i;
      bySource.add(ingest.stream().filter(record -> record.source == source).toList());
    }
    List<ConsumerRecord<byte[], byte[]>> log = new ArrayList<>();
    for (int written = 0; written < ingest.size(); written++) {
      int source = next(bySource, next, lead, random);
      Ingested record = bySource.get(source).get(next[source]++);
      byte[] value = Otlp.request(record.spans.toArray(Span[]::new)).toByteArray();
      append(log, START + record.time, value, new RecordHeaders());
      if (lead == 0) {
        for (int any = 0; any < SOURCES; any++) {
          watermark(log, any, record.time);
        }
      } else if (random.nextInt(4) == 0) {
        watermark(log, source, record.time);
      }
    }
    for (int source = 0; source < SOURCES; source++) {
      watermark(log, source, 10_000_000);
    }
    return log;
  }

  private static int next(List<List<Ingested>> bySource, int[] next, int lead, Random random) {
    int slowest = -1;
    for (int i = 0; i < SOURCES; i++) {
      boolean isEarlier =
          next[i] < bySource.get(i).size()
              && (slowest < 0
                  || bySource.get(i).get(next[i]).time
                      < bySource.get(slowest).get(next[slowest]).time);
      slowest = isEarlier ? i : slowest;
    }
    int any = random.nextInt(SOURCES);
    boolean isAllowed = lead > 0 && next[any] < bySource.get(any).size();
    return isAllowed && next[any] - next[slowest] < lead && random.nextInt(20) > 0 ? any : slowest;
  }

  private static void watermark(List<ConsumerRecord<byte[], byte[]>> log, int source, long time) {
    Watermark watermark = new Watermark(splitSource().number(source), START + time);
    append(
        log,
        START + time,
        new byte[0],
        new RecordHeaders().add(HeaderNames.WATERMARK, watermark.encode()));
  }

  private static void append(
      List<ConsumerRecord<byte[], byte[]>> log, long time, byte[] value, Headers headers) {
    log.add(record(SHUFFLE, log.size(), time, new byte[0], value, headers));
  }

  private static ConsumerRecord<byte[], byte[]> record(
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

  private static SplitSource splitSource() {
    return SplitSource.sole(new IngestTopic("ingest", Encoding.OTLP_PROTO), SOURCES);
  }

  /**
   * Reads the log with kills after about so many records. Each instance continues from the last
   * commit of its predecessor, which may have read further.
   */
  private Result run(
      List<ConsumerRecord<byte[], byte[]>> log, String policies, int life, Random random) {
    Result result = new Result();
    Saved saved = new Saved(Optional.empty(), List.of(), Map.of());
    int lives = 0;
    while (saved.nextOffset() < log.size()) {
      Path state = directory.resolve(Long.toString(random.nextLong()));
      try (Life task = new Life(saved, log, policies, state, result)) {
        int commit = life == Integer.MAX_VALUE ? log.size() : 1 + random.nextInt(life);
        int kill = commit + (life == Integer.MAX_VALUE ? 0 : random.nextInt(life));
        saved = task.run(commit, kill);
      }
      lives++;
    }
    assertThat(lives > 1).isEqualTo(life < log.size());
    return result;
  }

  /** What a transaction has committed, besides exports. */
  private record Saved(
      Optional<RestartPoint> point,
      List<FakeStoreContext.Change> ledger,
      Map<String, byte[]> policyState) {
    long nextOffset() {
      return point.map(RestartPoint::committedOffset).orElse(0L);
    }
  }

  /** A task from its start to its end. */
  private final class Life implements AutoCloseable {
    private final Saved saved;
    private final List<ConsumerRecord<byte[], byte[]>> log;
    private final FakeStoreContext ledgerContext;
    private final SpanBuffer buffer;
    private final VerdictLedger ledger;
    private final Map<String, byte[]> policyState;
    private final Restart restart;
    private final TaskPolicies taskPolicies;
    private final DueRounds rounds;
    private final SpanIntake intake;
    private final List<Runnable> uncommitted = new ArrayList<>();

    Life(
        Saved saved,
        List<ConsumerRecord<byte[], byte[]>> log,
        String policies,
        Path state,
        Result result) {
      Outcomes outcomes = new Noting(result, uncommitted::add);
      this.saved = saved;
      this.log = log;
      FakeRestartPoints points = new FakeRestartPoints();
      points.point = saved.point;
      PolicySchedule schedule = schedule(policies);
      buffer =
          new SpanBuffer(
              "buffer",
              new SourceRecords(
                  SHUFFLE.topic(),
                  BoundedTimestamps.ofShuffle(),
                  new SplitSources(List.of(splitSource()))),
              new BufferLimits(400, 4_000, 10_000),
              resources,
              points,
              new SummarySettings(() -> schedule, Outlines.NONE, Optional.empty()));
      FakeStoreContext bufferContext = new FakeStoreContext(state.toFile());
      bufferContext.init(buffer);
      bufferContext.restore(
          log.subList((int) buffer.restoreFrom(SHUFFLE), (int) saved.nextOffset()));
      ledger = new VerdictLedger("ledger", SHUFFLE.topic(), RETENTION, resources, points);
      ledgerContext = new FakeStoreContext(state.toFile());
      ledgerContext.init(ledger);
      ledger.restoreFrom(LEDGER);
      ledgerContext.restore(since(points.askedTime));
      policyState = new HashMap<>(saved.policyState);
      OpenTraces traces = buffer.traces();
      restart = new Restart(saved.point, traces, ledger.verdicts());
      restart.forgetDecided(true, (id, mark) -> {});
      taskPolicies =
          new TaskPolicies(
              () -> schedule,
              traces.scan().layout(),
              1,
              new PolicyState(policyState::get, policyState::put),
              version -> {});
      Reconsideration reconsideration =
          new Reconsideration(
              ledger.verdicts(), taskPolicies, outcomes, ReadBacks.SIMULATED, reconsidered);
      rounds =
          new DueRounds(
              traces,
              ledger.verdicts(),
              taskPolicies,
              outcomes,
              new Keeps(KeepMarks.NONE, reconsideration),
              RoundSink.NONE,
              maxRoundNanos);
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
    Saved run(int commit, int kill) {
      Saved committed = saved;
      long from = saved.nextOffset();
      for (long offset = from; offset < Math.min(from + kill, log.size()); offset++) {
        take(log.get((int) offset));
        if (offset + 1 == Math.min(from + commit, log.size())) {
          buffer.dropDeadWindows();
          ledger.verdicts().dropExpired(buffer.traces().clock().settled());
          committed = commit(offset + 1);
        }
      }
      return committed;
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
      uncommitted.forEach(Runnable::run);
      uncommitted.clear();
      List<FakeStoreContext.Change> changelog = new ArrayList<>(saved.ledger);
      changelog.addAll(ledgerContext.changelog);
      return new Saved(Optional.of(restart.at(nextOffset)), changelog, new HashMap<>(policyState));
    }

    @Override
    public void close() {
      buffer.close();
      ledger.close();
    }
  }

  /** Records decisions and exports when they are committed. */
  private record Noting(Result result, Consumer<Runnable> committing) implements Outcomes {
    @Override
    public void decided(
        OpenTrace trace, PolicyVersion version, Decision decision, Verdict verdict) {
      assertThat(trace.spanCount).as("spans of %s", trace).isPositive();
      String policy = verdict.kept() ? verdict.policy() : "-";
      String fingerprint = ValueHash.hex(trace.fingerprint(0));
      committing.accept(
          () ->
              note(
                  result.decided,
                  trace.low,
                  verdict.decidedAt() - START + " " + policy + " " + fingerprint));
    }

    @Override
    public void kept(OpenTrace trace, List<byte[]> spans, Verdict verdict) {
      spans.forEach(bytes -> exported(bytes, verdict));
    }

    @Override
    public void late(Verdict verdict, RecordScan scan, int scanned, int spans, long logTime) {
      if (verdict.kept()) {
        exported(scan.pieces.piece(scanned), verdict);
      }
    }

    private void exported(byte[] bytes, Verdict verdict) {
      for (Span span : Otlp.spans(bytes)) {
        committing.accept(
            () ->
                note(
                    result.exported,
                    low(span),
                    verdict.decidedAt() - START + " " + span.getName()));
      }
    }

    @Override
    public void reconsidered(
        OpenTrace trace,
        PolicyVersion version,
        Decision decision,
        Verdict verdict,
        Verdict former) {
      assertThat(former.kept()).isFalse();
      committing.accept(
          () ->
              note(
                  result.turned,
                  trace.low,
                  verdict.decidedAt() - START + " " + verdict.policy() + " " + version.number()));
    }

    @Override
    public void opened() {}

    @Override
    public void decidedEarly(EarlyReason reason, String group) {
      throw new AssertionError(reason);
    }
  }
}
