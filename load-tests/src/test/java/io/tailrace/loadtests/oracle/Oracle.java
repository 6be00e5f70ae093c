package io.tailrace.loadtests.oracle;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Computes the required export from the whole ingest log and config log.
 *
 * <p>Log time is the greatest record time of a partition so far. A trace is decided by its spans
 * with a log time before the least log time of its spans plus the decision wait, and by the
 * policies of that time; all other spans follow the verdict, or turn it: if a trace is not kept,
 * and the same policies keep it with the late spans, it is kept as a whole. The order in which
 * partitions are read has no effect. If the result is not a function of the log alone, a trace has
 * all possible outcomes:
 *
 * <ul>
 *   <li>The partition of a record that the producer delayed can have advanced with the wall clock.
 *       Its trace can then be due in the past, and later policies decide it.
 *   <li>The timestamp of a record from the future is limited to the clock of the reader; the record
 *       makes all earlier traces due, early in a backlog.
 *   <li>An instance can receive new policies late, by at most the slack.
 *   <li>A policy with a budget can keep a trace, also if no other policy does.
 * </ul>
 *
 * <p>A log can also be judged as it grows: {@link #read}, {@link #expected}, {@link #forget}.
 */
public final class Oracle {
  private static final int MOST_UNCERTAIN_SPANS = 8;

  /** Longest time by which a producer delayed a record. */
  private static final long LONGEST_HELD_BACK_MILLIS = 30_000;

  /** Longest backlog that a record from the future makes due. */
  private static final long LONGEST_BACKLOG_MILLIS = 60_000;

  /** Longest time by which policies with a budget put a decision off: slots of 1 s, up to 11. */
  private static final long LONGEST_SLOT_MILLIS = 11_000;

  /**
   * Configuration of the fleet and tolerances. All times in milliseconds.
   *
   * @param keyed whether each trace is on one partition and decided by it alone
   * @param policySlack maximum delay until an instance receives new policies
   * @param drained whether all traces are decided; otherwise, traces due after the end are
   *     undetermined
   */
  public record Rules(
      boolean keyed, long decisionWait, long activationDelay, long policySlack, boolean drained) {}

  private record Seen(Content content, Position position, long logTime) {}

  private final Rules rules;
  private final PolicyLog policies;
  private final Set<Position> heldBack;
  private final long readAt;
  private final Map<String, List<Seen>> traces = new TreeMap<>();
  private final Set<Position> deadLetters = new HashSet<>();
  private final Map<Integer, Long> logTimes = new HashMap<>();
  private final Map<Integer, List<Seen>> fromTheFuture = new HashMap<>();

  /**
   * @param bootstrap policies before the first document
   * @param heldBack records that reached the log long after their timestamps
   * @param readAt wall time at which the log was read; later timestamps were limited
   */
  public Oracle(
      Rules rules, String bootstrap, List<LogRecord> config, Set<Position> heldBack, long readAt) {
    this.rules = rules;
    this.policies = new PolicyLog(bootstrap, config, rules.activationDelay);
    this.heldBack = heldBack;
    this.readAt = readAt;
  }

  /**
   * What must come of this log.
   *
   * @param ingest all its records, those of a partition in their order
   */
  public Expectation judge(Collection<LogRecord> ingest) {
    ingest.forEach(this::read);
    return expected(Long.MAX_VALUE);
  }

  /** Adds the next record of the config log. */
  public void publish(LogRecord record) {
    policies.add(record);
  }

  /** What must come of the traces whose first span has a log time before this one. */
  public Expectation expected(long before) {
    Map<String, ExpectedTrace> expected = new LinkedHashMap<>();
    traces.forEach(
        (id, spans) -> {
          if (firstLogTime(spans) < before) {
            expected.put(id, judge(spans));
          }
        });
    return new Expectation(expected, deadLetters);
  }

  /** Forgets these traces. */
  public void forget(Collection<String> traceIds) {
    traceIds.forEach(traces::remove);
  }

  /** The least log time of the partitions read so far. */
  public long readUpTo() {
    return logTimes.values().stream().mapToLong(Long::longValue).min().orElse(Long.MIN_VALUE);
  }

  /** Number of traces that are not forgotten. */
  public int traces() {
    return traces.size();
  }

  /** Adds the next record of the ingest log, in the order of its partition. */
  public void read(LogRecord record) {
    long logTime = logTimes.getOrDefault(record.partition(), Long.MIN_VALUE);
    boolean future = record.time() > readAt;
    if (!future) {
      logTime = Math.max(logTime, record.time());
      logTimes.put(record.partition(), logTime);
    } else {
      fromTheFuture
          .computeIfAbsent(record.partition(), p -> new ArrayList<>())
          .add(new Seen(null, record.position(), logTime));
    }
    if (record.value() == null) {
      deadLetters.add(record.position());
      return;
    }
    try {
      for (Content content : Content.of(record.value())) {
        if (content.hasValidTraceId()) {
          traces
              .computeIfAbsent(content.traceId(), id -> new ArrayList<>())
              .add(new Seen(content, record.position(), logTime));
        } else {
          deadLetters.add(record.position());
        }
      }
    } catch (InvalidProtocolBufferException unreadable) {
      deadLetters.add(record.position());
    }
  }

  private ExpectedTrace judge(List<Seen> spans) {
    long due = firstLogTime(spans) + rules.decisionWait;
    boolean anyHeldBack = spans.stream().anyMatch(span -> heldBack.contains(span.position));
    long latest = anyHeldBack ? due + LONGEST_HELD_BACK_MILLIS : due;
    List<PolicyLog.Version> versions = policies.between(due - rules.policySlack, latest);
    if (versions.stream().anyMatch(version -> version.policies().hasBudget())) {
      return judgeWithBudget(spans, due, latest + LONGEST_SLOT_MILLIS);
    }
    boolean anyDoubtful =
        spans.stream().anyMatch(span -> isDoubtful(span, spans.get(0), span.logTime < due));
    List<Content> certain = new ArrayList<>();
    List<Content> uncertain = new ArrayList<>();
    List<Content> late = new ArrayList<>();
    for (Seen span : spans) {
      boolean isFirst = rules.keyed && span.position.equals(spans.get(0).position);
      boolean inTime = span.logTime < due;
      // Unkeyed, the one in doubt may be the one that the trace waits from.
      boolean doubtful = rules.keyed ? isDoubtful(span, spans.get(0), inTime) : anyDoubtful;
      if (isFirst || (inTime && !doubtful)) {
        certain.add(span.content);
      } else if (doubtful) {
        uncertain.add(span.content);
      } else {
        late.add(span.content);
      }
    }
    Set<Outcome> outcomes = new HashSet<>();
    boolean canTurn = false;
    for (PolicyLog.Version version : versions) {
      canTurn |= addOutcomes(version, certain, uncertain, late, outcomes);
    }
    if (!rules.drained && due > logTimes.get(spans.get(0).position.partition())) {
      outcomes.add(Outcome.NOT_KEPT); // as yet
    }
    // A record from the future before the trace's first span puts its due time off.
    boolean isPutOff = spans.stream().anyMatch(span -> followsTheFuture(span, spans.get(0), false));
    return new ExpectedTrace(
        outcomes,
        anyDoubtful || isPutOff ? OptionalLong.empty() : OptionalLong.of(due),
        canTurn,
        spans.stream().map(Seen::content).toList());
  }

  /** Whoever decides it, and when: kept if the other policies keep it, else maybe. */
  private ExpectedTrace judgeWithBudget(List<Seen> spans, long due, long latest) {
    List<Content> all = spans.stream().map(Seen::content).toList();
    Set<Outcome> outcomes = new HashSet<>();
    for (PolicyLog.Version version : policies.between(due - rules.policySlack, latest)) {
      boolean kept = version.policies().keeps(all).isPresent();
      if (!kept) {
        outcomes.add(Outcome.NOT_KEPT);
      }
      if (kept || version.policies().hasBudget()) {
        outcomes.add(Outcome.KEPT_SOMEHOW);
      }
    }
    boolean hasLate = spans.stream().anyMatch(span -> span.logTime >= due);
    return new ExpectedTrace(outcomes, OptionalLong.empty(), hasLate, all);
  }

  private static long firstLogTime(List<Seen> spans) {
    return spans.stream().mapToLong(Seen::logTime).min().orElseThrow();
  }

  private boolean isDoubtful(Seen span, Seen first, boolean inTime) {
    return heldBack.contains(span.position) || followsTheFuture(span, first, inTime);
  }

  /** Keyed, a record from the future before the trace's first span only puts its due time off. */
  private boolean followsTheFuture(Seen span, Seen first, boolean inTime) {
    long from = rules.keyed && inTime ? first.position.offset() + 1 : 0;
    return fromTheFuture.getOrDefault(span.position.partition(), List.of()).stream()
        .filter(future -> future.position.offset() >= from)
        .filter(future -> future.position.offset() <= span.position.offset())
        .anyMatch(future -> span.logTime - future.logTime < LONGEST_BACKLOG_MILLIS);
  }

  /**
   * Adds the results of the version for the certain spans and each part of the uncertain ones, of
   * which the others are late. Returns whether late spans can turn a verdict.
   */
  private boolean addOutcomes(
      PolicyLog.Version version,
      List<Content> certain,
      List<Content> uncertain,
      List<Content> late,
      Set<Outcome> outcomes) {
    boolean canTurn = false;
    for (List<Content> part : parts(uncertain)) {
      List<Content> inTime = new ArrayList<>(certain);
      inTime.addAll(part);
      List<Content> after = new ArrayList<>(uncertain);
      part.forEach(after::remove);
      after.addAll(late);
      Outcome first = outcome(version, inTime, List.of());
      Set<Outcome> turned = first.kept() ? Set.of() : turned(version, inTime, after);
      canTurn |= !turned.isEmpty();
      outcomes.addAll(turned.isEmpty() ? Set.of(first) : turned);
    }
    return canTurn;
  }

  /** Returns all parts of a few spans; of many, the ends: monotone enough. */
  private static List<List<Content>> parts(List<Content> uncertain) {
    List<List<Content>> parts = new ArrayList<>();
    if (uncertain.size() > MOST_UNCERTAIN_SPANS) {
      uncertain.forEach(span -> parts.add(List.of(span)));
      parts.add(uncertain);
      parts.add(List.of());
      return parts;
    }
    for (int chosen = 0; chosen < 1 << uncertain.size(); chosen++) {
      List<Content> part = new ArrayList<>();
      for (int i = 0; i < uncertain.size(); i++) {
        if ((chosen >> i & 1) == 1) {
          part.add(uncertain.get(i));
        }
      }
      parts.add(part);
    }
    return parts;
  }

  /** Returns how late spans can turn the verdict; empty if they do not. */
  private Set<Outcome> turned(PolicyLog.Version version, List<Content> inTime, List<Content> late) {
    Set<Outcome> turned = new HashSet<>();
    if (inTime.isEmpty()
        || late.isEmpty()
        || !version.policies().reconsidersLate()
        || !outcome(version, inTime, late).kept()) {
      return turned; // the log of these tests keeps no policy that a span can unmatch
    }
    for (int i = 1; i <= late.size(); i++) {
      turned.add(outcome(version, inTime, late.subList(0, i)));
      turned.add(outcome(version, inTime, late.subList(i - 1, i))); // partitions in another order
    }
    turned.removeIf(outcome -> !outcome.kept());
    if (version.policies().threshold(inTime).equals(Thresholds.NEVER)) {
      return turned;
    }
    // Chance could have kept it, so its weight is unknown.
    return turned.stream()
        .map(outcome -> new Outcome(true, outcome.policy(), outcome.policyVersion(), ""))
        .collect(Collectors.toSet());
  }

  private static Outcome outcome(
      PolicyLog.Version version, List<Content> certain, List<Content> more) {
    List<Content> all = new ArrayList<>(certain);
    all.addAll(more);
    if (all.isEmpty()) {
      return Outcome.NOT_KEPT;
    }
    return version
        .policies()
        .keeps(all)
        .map(
            policy ->
                new Outcome(
                    true,
                    policy,
                    version.number(),
                    Thresholds.text(version.policies().threshold(all))))
        .orElse(Outcome.NOT_KEPT);
  }
}
