package io.tailrace.topology.streams;

import static io.tailrace.topology.streams.NotedOutcomes.low;
import static io.tailrace.topology.streams.NotedOutcomes.note;
import static io.tailrace.topology.streams.SampledTask.NO_BOUNDS;
import static io.tailrace.topology.streams.SampledTask.RETENTION;
import static io.tailrace.topology.streams.SampledTask.SHUFFLE;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.trace.v1.Span;
import io.tailrace.policies.FingerprintSets;
import io.tailrace.policies.PolicySet;
import io.tailrace.policies.fingerprint.Fingerprint;
import io.tailrace.policies.fingerprint.Fingerprints;
import io.tailrace.policies.fingerprint.Selector;
import io.tailrace.policies.fingerprint.TraceValues;
import io.tailrace.policies.fingerprint.ValueHash;
import io.tailrace.serdes.Encoding;
import io.tailrace.serdes.Watermark;
import io.tailrace.topology.buffer.RocksResources;
import io.tailrace.topology.config.IngestTopic;
import io.tailrace.topology.kafka.BoundedTimestamps;
import io.tailrace.topology.kafka.HeaderNames;
import io.tailrace.topology.kafka.SplitSource;
import io.tailrace.topology.kafka.SplitSources;
import io.tailrace.topology.sampling.Otlp;
import io.tailrace.topology.sampling.PolicySchedule;
import io.tailrace.topology.sampling.PolicyVersion;
import io.tailrace.topology.sampling.Waits;
import io.tailrace.topology.simulate.PartitionSimulation;
import io.tailrace.topology.simulate.SimulatedTask;
import io.tailrace.topology.streams.NotedOutcomes.Notes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
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
  private static final int SOURCES = 3;
  private static final long START = SamplerHarness.START;
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

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void verdictsAreThoseOfTheLogInItsOwnOrder_whateverTheSpeeds(long seed) {
    Random random = new Random(seed);
    List<Ingested> ingest = ingest(random);
    Notes expected = expected(ingest);

    for (int lead : new int[] {0, 10, 300}) {
      List<ConsumerRecord<byte[], byte[]>> log = shuffled(ingest, lead, random);
      Notes result = run(log, ERRORS, Integer.MAX_VALUE, random);

      assertThat(result.decided()).as("lead %d", lead).isEqualTo(expected.decided());
      assertThat(result.exported()).as("lead %d", lead).isEqualTo(expected.exported());
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {6, 7, 8, 9, 10})
  void killsChangeNothing(long seed) {
    Random random = new Random(seed);
    List<Ingested> ingest = ingest(random);
    Notes expected = expected(ingest);

    for (int lead : new int[] {0, 10, 300}) {
      List<ConsumerRecord<byte[], byte[]>> log = shuffled(ingest, lead, random);
      Notes result = run(log, ERRORS, 60 + random.nextInt(200), random);

      assertThat(result.decided()).as("lead %d", lead).isEqualTo(expected.decided());
      assertThat(result.exported()).as("lead %d", lead).isEqualTo(expected.exported());
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {21, 22})
  void budgetsAreSpentAlike_whateverTheSpeedsAndKills(long seed) {
    for (String policies : List.of(LIMITED, ADAPTIVE, BURNING)) {
      Random random = new Random(seed);
      List<Ingested> ingest = ingest(random);
      Notes live = run(shuffled(ingest, 0, random), policies, Integer.MAX_VALUE, random);
      assertThat(live.decided().toString()).contains(" some").contains(" -");

      for (int life : new int[] {Integer.MAX_VALUE, 120}) {
        Notes result = run(shuffled(ingest, random.nextInt(300), random), policies, life, random);

        assertThat(result.decided()).as("life %d", life).isEqualTo(live.decided());
        assertThat(result.exported()).as("life %d", life).isEqualTo(live.exported());
      }
    }
  }

  @Test
  void slotsAreDecidedAlike_whenAKillComesBetweenTheirRounds() {
    Random random = new Random(27);
    List<Ingested> ingest = ingest(random, 6_000);
    Notes live = run(shuffled(ingest, 0, random), DENSE, Integer.MAX_VALUE, random);
    assertThat(live.decided().toString()).contains(" some").contains(" -");

    maxRoundNanos = 0; // a round ends after its first few decisions
    Notes result = run(shuffled(ingest, 0, random), DENSE, 40, random);

    assertThat(result.decided()).isEqualTo(live.decided());
    assertThat(result.exported()).isEqualTo(live.exported());
  }

  @ParameterizedTest
  @ValueSource(longs = {25})
  void lateSpansTurnTheSameVerdicts_whateverTheSpeedsAndKills(long seed) {
    reconsidered = Integer.MAX_VALUE;
    Random random = new Random(seed);
    List<Ingested> ingest = ingest(random);
    Notes live = run(shuffled(ingest, 0, random), ERRORS, Integer.MAX_VALUE, random);
    assertThat(live.turned()).isNotEmpty();

    for (int life : new int[] {Integer.MAX_VALUE, 120}) {
      for (int lead : new int[] {0, 10, 300}) {
        Notes result = run(shuffled(ingest, lead, random), ERRORS, life, random);

        assertThat(result.turned()).as("life %d, lead %d", life, lead).isEqualTo(live.turned());
        assertThat(result.decided()).as("life %d, lead %d", life, lead).isEqualTo(live.decided());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {31})
  void aSimulationDecidesAsTheFleetDid_whateverTheSpeeds(long seed) throws Exception {
    Random random = new Random(seed);
    List<Ingested> ingest = ingest(random);
    Notes expected = expected(ingest);

    for (int lead : new int[] {0, 300}) {
      assertThat(simulated(shuffled(ingest, lead, random), ERRORS).decided())
          .as("lead %d", lead)
          .isEqualTo(expected.decided());
    }
    List<ConsumerRecord<byte[], byte[]>> log = shuffled(ingest, 0, random);
    Notes live = run(log, BURNING, Integer.MAX_VALUE, random);
    assertThat(live.decided().toString()).contains(" some").contains(" -");
    assertThat(simulated(shuffled(ingest, 300, random), BURNING).decided())
        .isEqualTo(live.decided());
  }

  private Notes simulated(List<ConsumerRecord<byte[], byte[]>> log, String policies)
      throws Exception {
    Notes result = new Notes();
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
            new NotedOutcomes(result, Runnable::run))) {
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
    Notes expected = expected(ingest);
    List<ConsumerRecord<byte[], byte[]>> log = shuffled(ingest, 0, new Random(1));

    for (int life : new int[] {30, 45, 70, 100, 150, 200}) {
      Notes result = run(log, ERRORS, life, new Random(life));
      assertThat(result.decided()).isEqualTo(expected.decided());
      assertThat(result.exported()).isEqualTo(expected.exported());
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
  private static Notes expected(List<Ingested> ingest) {
    Map<Long, List<Ingested>> byTrace = new TreeMap<>();
    for (Ingested record : ingest) {
      for (Span span : record.spans) {
        byTrace
            .computeIfAbsent(low(span), id -> new ArrayList<>())
            .add(new Ingested(record.source, record.time, List.of(span)));
      }
    }
    Notes result = new Notes();
    byTrace.forEach((trace, spans) -> judge(trace, spans, result));
    return result;
  }

  private static void judge(long trace, List<Ingested> spans, Notes into) {
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
      note(into.decided(), trace, due + (kept ? " errors " : " - ") + fingerprint(judged, due));
      if (kept) {
        following.forEach(s -> note(into.exported(), trace, due + " " + s.spans.get(0).getName()));
      }
      left.removeAll(following);
    }
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
    log.add(SampledTask.record(SHUFFLE, log.size(), time, new byte[0], value, headers));
  }

  private static SplitSource splitSource() {
    return SplitSource.sole(new IngestTopic("ingest", Encoding.OTLP_PROTO), SOURCES);
  }

  private Notes run(
      List<ConsumerRecord<byte[], byte[]>> log, String policies, int life, Random random) {
    return new SampledTask.Setup(
            schedule(policies),
            splitSource(),
            resources,
            directory,
            true,
            reconsidered,
            maxRoundNanos)
        .sample(log, life, random);
  }
}
