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

/**
 * Reads the whole ingest log and the whole config log and tells what the export must be.
 *
 * <p>Log time is the greatest record time so far of a partition. A trace is judged by the spans
 * whose log time is before the least log time of its spans plus the decision wait, and by the
 * policies of that time; all other spans follow. The order in which partitions are read changes
 * nothing. Where that is not a function of the log alone, a trace has all the outcomes that are
 * possible:
 *
 * <ul>
 *   <li>a record that the producer held back after it was stamped may find its partition moved on
 *       with the wall clock.
 *   <li>a record from the future is cut to the clock of whoever reads it, and makes all before it
 *       due, early in a backlog.
 *   <li>an instance may hear of new policies late, by at most the slack.
 * </ul>
 */
public final class Oracle {
  private static final int MOST_UNCERTAIN_SPANS = 8;

  /** How long a backlog may be, which a record from the future makes due. */
  private static final long LONGEST_BACKLOG_MILLIS = 60_000;

  /**
   * What the fleet was told, and how exactly it can be held to it. All in milliseconds.
   *
   * @param keyed whether each trace is on one partition, and judged by it alone
   * @param policySlack how late an instance may hear of new policies
   * @param drained whether everything has been decided; else what is due after the end is open
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
   * @param bootstrap the policies that judge before any document
   * @param heldBack records that reached the log long after they were stamped
   * @param readAt wall time at which the log was read: what is stamped later was cut
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
    Map<String, ExpectedTrace> expected = new LinkedHashMap<>();
    traces.forEach((id, spans) -> expected.put(id, judge(spans)));
    return new Expectation(expected, deadLetters);
  }

  private void read(LogRecord record) {
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
    long firstLogTime = spans.stream().mapToLong(Seen::logTime).min().orElseThrow();
    long due = firstLogTime + rules.decisionWait;
    boolean anyDoubtful =
        spans.stream().anyMatch(span -> isDoubtful(span, spans.get(0), span.logTime < due));
    List<Content> certain = new ArrayList<>();
    List<Content> uncertain = new ArrayList<>();
    for (Seen span : spans) {
      boolean isFirst = rules.keyed && span.position.equals(spans.get(0).position);
      boolean inTime = span.logTime < due;
      // Unkeyed, the one in doubt may be the one that the trace waits from.
      boolean doubtful = rules.keyed ? isDoubtful(span, spans.get(0), inTime) : anyDoubtful;
      if (isFirst || (inTime && !doubtful)) {
        certain.add(span.content);
      } else if (doubtful) {
        uncertain.add(span.content);
      } // else it comes after the verdict
    }
    Set<Outcome> outcomes = new HashSet<>();
    for (PolicyLog.Version version : policies.between(due - rules.policySlack, due)) {
      addOutcomes(version, certain, uncertain, outcomes);
    }
    if (!rules.drained && due > logTimes.get(spans.get(0).position.partition())) {
      outcomes.add(Outcome.NOT_KEPT); // as yet
    }
    // A record from the future before the trace's first span puts its due time off.
    boolean isPutOff = spans.stream().anyMatch(span -> followsTheFuture(span, spans.get(0), false));
    return new ExpectedTrace(
        outcomes,
        anyDoubtful || isPutOff ? OptionalLong.empty() : OptionalLong.of(due),
        spans.stream().map(Seen::content).toList());
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

  /** Adds what the version says to what is certain and each part of what is not. */
  private void addOutcomes(
      PolicyLog.Version version,
      List<Content> certain,
      List<Content> uncertain,
      Set<Outcome> outcomes) {
    if (uncertain.size() > MOST_UNCERTAIN_SPANS) { // first, each alone, and all: monotone enough
      uncertain.forEach(span -> outcomes.add(outcome(version, certain, List.of(span))));
      outcomes.add(outcome(version, certain, uncertain));
      outcomes.add(outcome(version, certain, List.of()));
      return;
    }
    for (int chosen = 0; chosen < 1 << uncertain.size(); chosen++) {
      List<Content> part = new ArrayList<>();
      for (int i = 0; i < uncertain.size(); i++) {
        if ((chosen >> i & 1) == 1) {
          part.add(uncertain.get(i));
        }
      }
      outcomes.add(outcome(version, certain, part));
    }
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
