package io.tailrace.loadtests.soak;

import io.tailrace.loadtests.Logs;
import io.tailrace.loadtests.oracle.DecisionRecord;
import io.tailrace.loadtests.oracle.DecisionVerifier;
import io.tailrace.loadtests.oracle.Expectation;
import io.tailrace.loadtests.oracle.ExpectedTrace;
import io.tailrace.loadtests.oracle.ExportedRecord;
import io.tailrace.loadtests.oracle.Guarantee;
import io.tailrace.loadtests.oracle.Oracle;
import io.tailrace.loadtests.oracle.Position;
import io.tailrace.loadtests.oracle.Verifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Compares export, decisions and dead letters with the oracle while the run goes on, since the
 * topics keep minutes of it. A trace is judged after its late spans were read, and is then
 * forgotten: any later record of it is a difference. Thread-safe.
 */
final class ExportCheck implements AutoCloseable {
  private static final Duration LATE_SPANS_COME_WITHIN = Duration.ofSeconds(40);

  /** A trace whose export is not complete by then never will be. */
  private static final Duration EXPORTED_WITHIN = Duration.ofSeconds(150);

  private static final Duration MAY_BE_ASKED_FOR = Duration.ofSeconds(20);

  /** Several commits, for what must not come. */
  private static final Duration AFTER_THE_LAST = Duration.ofSeconds(3);

  private static final int MOST_DIFFERENCES = 50;

  private final Oracle oracle;
  private final Logs config;
  private final Logs ingest;
  private final Logs decisions;
  private final Logs export;
  private final Logs deadLetters;
  private final Map<String, List<DecisionRecord>> decided = new HashMap<>();
  private final Map<String, List<ExportedRecord>> exported = new HashMap<>();
  private final List<Position> letters = new ArrayList<>();
  private final Set<String> asked = new HashSet<>();
  private final List<String> differences = new ArrayList<>();
  private Set<Position> expectedLetters = Set.of();
  private long judged;
  private long kept;
  private long open;
  private long turned;
  private long keptOnRequest;

  /**
   * @param topics names of the topics with these contents
   */
  ExportCheck(String bootstrapServers, Topics topics, Oracle oracle) {
    this.oracle = oracle;
    config = new Logs(bootstrapServers, topics.config);
    ingest = new Logs(bootstrapServers, topics.ingest);
    decisions = new Logs(bootstrapServers, topics.decisions);
    export = new Logs(bootstrapServers, topics.export);
    deadLetters = new Logs(bootstrapServers, topics.deadLetters);
  }

  /** Names of topics. */
  record Topics(
      String config, String ingest, String decisions, String export, String deadLetters) {}

  /** Reads what has come, and judges the traces that are old enough. */
  synchronized void round() {
    read();
    long complete = oracle.readUpTo() - LATE_SPANS_COME_WITHIN.toMillis();
    judge(complete, oracle.readUpTo() - EXPORTED_WITHIN.toMillis());
  }

  private void read() {
    config.readToEnd().forEach(record -> oracle.publish(Logs.logged(record)));
    ingest.readToEnd().forEach(record -> oracle.read(Logs.logged(record)));
    add(decisions.readToEnd(), Logs::decision, DecisionRecord::traceId, decided);
    add(export.readToEnd(), Logs::exported, ExportedRecord::key, exported);
    deadLetters.readToEnd().forEach(record -> letters.add(Logs.origin(record)));
  }

  private static <T> void add(
      List<ConsumerRecord<byte[], byte[]>> records,
      Function<ConsumerRecord<byte[], byte[]>, T> content,
      Function<T, String> traceId,
      Map<String, List<T>> byTrace) {
    for (ConsumerRecord<byte[], byte[]> record : records) {
      T read = content.apply(record);
      byTrace.computeIfAbsent(traceId.apply(read), id -> new ArrayList<>()).add(read);
    }
  }

  /**
   * @param complete log time before which traces began whose spans have all come
   * @param overdue log time before which traces began whose export must be complete
   */
  private void judge(long complete, long overdue) {
    Expectation expectation = oracle.expected(complete);
    expectedLetters = expectation.deadLetters();
    Set<String> late = oracle.expected(overdue).traces().keySet();
    Set<String> done = new HashSet<>();
    expectation
        .traces()
        .forEach(
            (id, trace) -> {
              List<String> wrong = differences(id, trace);
              boolean isSettled = wrong.isEmpty() && !canStillTurn(id, trace);
              if (isSettled || late.contains(id)) {
                differences.addAll(wrong);
                count(id, trace);
                done.add(id);
              }
            });
    oracle.forget(done);
    decided.keySet().removeAll(done);
    exported.keySet().removeAll(done);
    asked.removeAll(done);
    if (differences.size() > MOST_DIFFERENCES) {
      assertNone();
    }
  }

  private List<String> differences(String id, ExpectedTrace trace) {
    List<ExportedRecord> came = exported.getOrDefault(id, List.of());
    List<DecisionRecord> verdicts = decided.getOrDefault(id, List.of());
    if (asked.contains(id)) { // the request is no decision
      return verifier(id, trace.keptOnRequest()).differences(came);
    }
    Expectation one = new Expectation(Map.of(id, trace), Set.of());
    List<String> wrong = new ArrayList<>(verifier(id, trace).differences(came));
    wrong.addAll(new DecisionVerifier(one, Guarantee.EXACTLY_ONCE).differences(verdicts, true));
    if (verdicts.stream().anyMatch(DecisionRecord::kept) == came.isEmpty()) {
      wrong.add(
          "trace %s has decisions %s and %d exported records".formatted(id, verdicts, came.size()));
    }
    return wrong;
  }

  /** Whether a late span may yet lead to an export, of a trace that need not be kept. */
  private boolean canStillTurn(String id, ExpectedTrace trace) {
    return trace.canTurn() && trace.mayBeKept() && !exported.containsKey(id);
  }

  private static Verifier verifier(String id, ExpectedTrace trace) {
    return new Verifier(new Expectation(Map.of(id, trace), Set.of()), Guarantee.EXACTLY_ONCE);
  }

  private void count(String id, ExpectedTrace trace) {
    judged++;
    kept += exported.containsKey(id) ? 1 : 0;
    open += trace.isOpen() ? 1 : 0;
    turned += decided.getOrDefault(id, List.of()).size() > 1 ? 1 : 0;
    keptOnRequest += asked.contains(id) ? 1 : 0;
  }

  /** A trace that was decided and not kept, and of which all spans are still in the log. */
  synchronized Optional<String> dropped() {
    long recent = oracle.readUpTo() - MAY_BE_ASKED_FOR.toMillis();
    return decided.entrySet().stream()
        .filter(trace -> !asked.contains(trace.getKey()) && trace.getValue().size() == 1)
        .filter(trace -> !trace.getValue().get(0).kept())
        .filter(trace -> trace.getValue().get(0).decidedAt() > recent)
        .map(Map.Entry::getKey)
        .findAny();
  }

  /** A trace as {@link #dropped}, which from now on must be kept. */
  synchronized Optional<String> askForDropped() {
    Optional<String> trace = dropped();
    trace.ifPresent(asked::add);
    return trace;
  }

  /** Judges all that is left, once everything is written. */
  void finish() throws InterruptedException {
    long end = System.nanoTime() + EXPORTED_WITHIN.toNanos();
    while (System.nanoTime() < end && !isFinished(Long.MIN_VALUE)) {
      Thread.sleep(1_000);
    }
    Thread.sleep(AFTER_THE_LAST.toMillis());
    isFinished(Long.MAX_VALUE);
    assertNone();
  }

  private synchronized boolean isFinished(long overdue) {
    read();
    judge(Long.MAX_VALUE, overdue);
    if (overdue == Long.MAX_VALUE) {
      new TreeSet<>(exported.keySet()).forEach(id -> differs(id, "was exported"));
      new TreeSet<>(decided.keySet()).forEach(id -> differs(id, "was decided"));
    }
    return oracle.traces() == 0 && new HashSet<>(letters).equals(expectedLetters);
  }

  private void differs(String id, String how) {
    differences.add("trace " + id + " " + how + ", and was never written or judged before");
  }

  /** Fails with all differences so far. */
  synchronized void assertNone() {
    if (!differences.isEmpty()) {
      throw new AssertionError(
          differences.size() + " differences, " + this + ":\n" + String.join("\n", differences));
    }
  }

  /** Asserts that each expected dead letter came once. */
  synchronized void assertDeadLetters() {
    List<Position> surplus = new ArrayList<>(letters);
    Set<Position> missing = new HashSet<>(expectedLetters);
    surplus.removeIf(missing::remove);
    if (!surplus.isEmpty() || !missing.isEmpty()) {
      throw new AssertionError("dead letters: missing " + missing + ", surplus " + surplus);
    }
  }

  synchronized long judged() {
    return judged;
  }

  synchronized long kept() {
    return kept;
  }

  synchronized long open() {
    return open;
  }

  synchronized long turned() {
    return turned;
  }

  synchronized long keptOnRequest() {
    return keptOnRequest;
  }

  @Override
  public synchronized String toString() {
    return "%d traces judged, %d kept, %d open, %d turned by late spans, %d kept on request"
        .formatted(judged, kept, open, turned, keptOnRequest);
  }

  @Override
  public void close() {
    List.of(config, ingest, decisions, export, deadLetters).forEach(Logs::close);
  }
}
