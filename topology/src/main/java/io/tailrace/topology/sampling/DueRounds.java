package io.tailrace.topology.sampling;

import io.tailrace.policies.Decision;
import io.tailrace.policies.PolicySet;
import io.tailrace.policies.export.Redaction;
import io.tailrace.policies.fingerprint.ValueNames;
import io.tailrace.policies.slo.PolicyBurns;
import io.tailrace.serdes.TraceId;
import io.tailrace.serdes.Verdict;
import io.tailrace.serdes.VerdictKind;
import io.tailrace.serdes.Weight;
import io.tailrace.topology.buffer.HeldPiece;
import io.tailrace.topology.operations.TraceOutline;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decides due traces in the order of their due times. Uses the policy version of the due time and
 * the spans with an earlier log time, so decisions depend on the log alone and not on the read
 * position. Later spans follow the verdict. A round is bounded in time, and the next round
 * continues it. Not thread-safe.
 */
public final class DueRounds {
  /** Policy name in verdicts of manual keeps. */
  static final String BY_HAND = "(kept by hand)";

  /** Policy name in verdicts of manual keeps of traces without any span so far. */
  static final String BY_HAND_UNSEEN = "(kept by hand, not seen before)";

  /** Policy name in verdicts on traces that a kept trace links to. */
  static final String LINKED = "(linked)";

  private static final int DECISIONS_PER_CLOCK_READING = 16;
  private static final long FOR_EVER = Long.MAX_VALUE;

  private final OpenTraces traces;
  private final Verdicts verdicts;
  private final TaskPolicies policies;
  private final Outcomes outcomes;
  private final KeepMarks marks;
  private final Reconsideration reconsideration;
  private final RoundSink sink;
  private final long maxRoundNanos;
  private final Regathering regathering;
  private final Marks ruleMarks = new Marks();
  private final KeyNames keyNames = new KeyNames();
  private long lastDecidedAt;

  public DueRounds(
      OpenTraces traces,
      Verdicts verdicts,
      TaskPolicies policies,
      Outcomes outcomes,
      Keeps keeps,
      RoundSink sink,
      long maxRoundNanos) {
    this.traces = traces;
    this.verdicts = verdicts;
    this.policies = policies;
    this.outcomes = outcomes;
    this.marks = keeps.marks();
    this.reconsideration = keeps.reconsideration();
    this.sink = sink;
    this.maxRoundNanos = maxRoundNanos;
    this.regathering = new Regathering(traces, policies);
    this.lastDecidedAt = verdicts.latestDecision();
  }

  /**
   * Decides due traces until the time of the round is used up.
   *
   * @param position first offset not included in the decisions
   */
  public void run(long position) {
    run(position, null, maxRoundNanos);
  }

  /** Decides the due traces up to and including this one, which is due. */
  void runUntilDecided(OpenTrace last, long position) {
    run(position, last, FOR_EVER);
  }

  /**
   * Decides a trace before its due time, after all due traces.
   *
   * @param group group that the trace is decided for; empty if there is none
   */
  void decideEarly(OpenTrace trace, long position, EarlyReason reason, String group) {
    run(position, null, FOR_EVER);
    if (traces.find(trace.high, trace.low) != trace) {
      return; // it was due
    }
    long began = System.nanoTime();
    long reached = traces.clock().reached(); // limiters must not run ahead of due traces
    long decidedAt = decidedAt(reached == Long.MIN_VALUE ? trace.firstSeen : reached);
    decide(trace, decidedAt, position, reason); // by all buffered spans, as the bound counts them
    outcomes.decidedEarly(reason, group);
    sink.decidedEarly();
    sink.ended(began, false);
  }

  /**
   * Returns the verdict that keeps a trace that is not open. Does not store it.
   *
   * @param kind a {@link VerdictKind#isRequested} one
   * @param firstOffset first offset of the spans not exported yet
   * @param position first offset not processed yet; spans from there on are late
   */
  public Verdict requested(VerdictKind kind, long firstOffset, long position) {
    // Overdue traces are still decided as of their due times: limits depend on the log alone.
    long decidedAt = Math.max(traces.clock().reached(), lastDecidedAt);
    long version = policies.version().number();
    return new Verdict(kind, true, policyOf(kind), version, decidedAt, firstOffset, position)
        .weighted(policies.version().unknownWeight(), "");
  }

  private static String policyOf(VerdictKind requested) {
    return switch (requested) {
      case LINKED -> LINKED;
      case KEPT_UNSEEN -> BY_HAND_UNSEEN;
      default -> BY_HAND;
    };
  }

  /** Whether the trace is overdue because a round was cut short. */
  boolean isDue(OpenTrace trace) {
    long reached = traces.clock().reached();
    PolicyVersion successor = policies.successorUntil(reached);
    return isJudged(due(trace), reached, successor)
        || (successor != null && policies.versionAt(reached).waits().due(trace) <= reached);
  }

  /** Number of spans at which the policies want a trace to be decided at once. */
  int spanLimit() {
    return policies.version().set().spanLimit();
  }

  /** Log time since the due time of the oldest due trace; 0 if no trace is due. */
  public long overdueMillis() {
    Waits waits = policies.version().waits();
    long reached = traces.clock().reached();
    OpenTrace next = traces.queue().next(waits, reached);
    return next == null ? 0 : Math.max(0, reached - due(next));
  }

  /** Returns the redactions of the current policy version. */
  List<Redaction> redactions() {
    return policies.version().set().exportRules().redactions();
  }

  /** Log time at which an open trace is due under the current policy version. */
  long due(OpenTrace trace) {
    return Math.max(policies.version().waits().due(trace), policies.slotNotBefore());
  }

  /**
   * Returns the decision that the current policies would make now. Changes no verdict; at most,
   * reads the spans of the trace earlier than its due time.
   */
  TraceAnswer.Judged ifDecidedNow(OpenTrace trace) {
    if (regathering.isNeeded(trace)) {
      regathering.signals(trace, traces.read(trace)); // as at its due time
    }
    long now = Math.max(traces.clock().reached(), trace.firstSeen);
    return TraceAnswer.Judged.of(
        policies.version(), policies.preview(trace, now), null, budgetsFor(trace), null);
  }

  /** Returns the state of the policies with a budget or with keys. */
  public List<BudgetState> budgets() {
    keyNames.makeRoom();
    return policies.budgets(traces.clock().reached(), keyNames);
  }

  /**
   * Returns the burn rates of {@code slo_burn} policies, at the end of a recording as of the last
   * decision.
   */
  public List<PolicyBurns> burns() {
    long reached = traces.clock().reached();
    return policies.burns(reached == FOR_EVER ? lastDecidedAt : reached);
  }

  /** Returns the name of a policy by its index in the current set. */
  public String policyName(int policy) {
    return policies.version().set().policyNames().get(policy);
  }

  /** Returns the text of a fingerprint, or its hash. */
  public String keyText(long hash) {
    return keyNames.text(hash);
  }

  /** Returns the budgets and burn rates of the policies, with the keys of this trace. */
  public List<TraceAnswer.Budget> budgetsFor(OpenTrace trace) {
    long reached = traces.clock().reached();
    PolicySet set = policies.version().set();
    ValueNames names = traces.scan().names();
    return Stream.concat(
            policies.budgetsFor(trace, reached).stream()
                .map(budget -> TraceAnswer.Budget.of(budget, set, trace, names)),
            policies.burnsFor(trace, reached).stream()
                .map(burns -> TraceAnswer.Budget.of(burns, set, trace, names)))
        .toList();
  }

  /** Returns the outline of an open trace, and gathers it from the spans if necessary. */
  TraceOutline outline(OpenTrace trace) {
    return regathering.outline(trace);
  }

  private void run(long position, @Nullable OpenTrace last, long maxNanos) {
    long began = System.nanoTime();
    boolean cutShort = false;
    long until = traces.clock().reached();
    int decided = 0;
    while (true) {
      PolicyVersion successor = policies.successorUntil(until);
      Waits waits = policies.version().waits();
      OpenTrace next = traces.queue().next(waits, until);
      if (next != null && isJudged(due(next), until, successor)) {
        long due = Math.max(due(next), policies.version().activeFrom());
        if (!isSlotClosed(Math.max(due, lastDecidedAt))) {
          continue; // it is due later
        }
        decideDue(next, due, position);
        decided++;
        boolean readClock = decided % DECISIONS_PER_CLOCK_READING == 0;
        cutShort = readClock && System.nanoTime() - began >= maxNanos;
        if (next == last || cutShort) {
          break;
        }
      } else if (successor != null) {
        policies.switchTo(successor);
        traces.scan().use(policies.layout());
      } else {
        break;
      }
    }
    if (decided > 0) {
      sink.ended(began, cutShort);
    }
  }

  /** Whether a trace with this due time is due before the next policy version takes over. */
  private static boolean isJudged(long due, long until, @Nullable PolicyVersion successor) {
    return due <= until && (successor == null || due < successor.activeFrom());
  }

  private void decideDue(OpenTrace trace, long due, long position) {
    long decidedAt = decidedAt(due);
    if (trace.lastSeen < decidedAt) {
      decide(trace, decidedAt, position, null);
    } else {
      decideInPart(trace, decidedAt, position);
    }
  }

  /**
   * Returns whether traces due at this time can be decided. Closes their slot if they use slots.
   */
  private boolean isSlotClosed(long decidedAt) {
    if (!policies.usesSlots() || policies.slotEnd() == decidedAt) {
      return true;
    }
    List<OpenTrace> slot = new ArrayList<>();
    for (OpenTrace trace : traces.queue().due(policies.version().waits(), decidedAt)) {
      slot.add(trace.lastSeen < decidedAt ? trace : regathering.before(trace, decidedAt));
      if (trace.lastSeen < decidedAt && regathering.isNeeded(trace)) {
        regathering.signals(trace, traces.read(trace));
      }
    }
    boolean isClosed = policies.closeSlot(decidedAt, slot);
    outcomes.slotEnded(!isClosed);
    return isClosed;
  }

  /** Decision times never decrease, even for traces long overdue. */
  private long decidedAt(long due) {
    lastDecidedAt = Math.max(due, lastDecidedAt);
    return lastDecidedAt;
  }

  private void decide(OpenTrace trace, long decidedAt, long position, @Nullable EarlyReason early) {
    List<byte[]> bytes = null;
    if (regathering.isNeeded(trace)) {
      bytes = traces.read(trace);
      regathering.signals(trace, bytes);
    }
    judge(trace, bytes, decidedAt, position, early);
    traces.remove(trace);
  }

  /**
   * Decides a trace that has spans too late for the verdict, from ingest partitions that are ahead.
   * These spans follow the verdict or reopen the trace.
   */
  private void decideInPart(OpenTrace trace, long decidedAt, long position) {
    OpenTraces.Taken taken = traces.take(trace);
    OpenTrace part = regathering.emptyPart(trace, decidedAt);
    List<byte[]> bytes = new ArrayList<>();
    List<HeldPiece> later = new ArrayList<>();
    for (HeldPiece piece : taken.pieces()) {
      if (piece.logTime() >= decidedAt) {
        later.add(piece);
        continue;
      }
      bytes.add(piece.bytes());
      regathering.add(trace, piece, part);
    }
    Verdict verdict = judge(part, bytes, decidedAt, position, null);
    follow(later, trace, reopenBy(later, trace, taken, verdict), position);
  }

  /** Reopens the trace with the spans after the expiry of its verdict. Returns the verdict. */
  private Verdict reopenBy(
      List<HeldPiece> later, OpenTrace trace, OpenTraces.Taken taken, Verdict decided) {
    Verdict verdict = decided;
    OpenTrace again = null;
    for (HeldPiece piece : later) {
      if (verdicts.holds(decided, piece.logTime())) {
        continue;
      }
      if (again == null) {
        verdict =
            verdicts.reopened(
                trace.high, trace.low, decided, piece.offset(), false, decided.decidedAt());
        again = traces.openAgain(trace, taken, piece.logTime(), piece.offset());
        again.notBefore = verdicts.expiry(decided) + 1;
        again.followsAnother = true;
        outcomes.opened();
      }
      RecordScan scanned = regathering.scan(trace, piece.bytes());
      traces.append(again, scanned, 0, piece.logTime(), piece.offset());
    }
    return verdict;
  }

  /** Lets spans up to the expiry of a verdict follow it, or turn it. */
  private void follow(List<HeldPiece> later, OpenTrace trace, Verdict verdict, long position) {
    Reconsideration.@Nullable Late late = null;
    boolean isWanted = false;
    for (HeldPiece piece : later) {
      if (!verdicts.holds(verdict, piece.logTime())) {
        continue;
      }
      RecordScan scanned = regathering.scan(trace, piece.bytes());
      outcomes.late(verdict, scanned, 0, scanned.spanCount(0), piece.logTime());
      late = late == null ? reconsideration.begin(id(trace), verdict) : late;
      if (late != null && !isWanted) { // the others are late spans of a kept trace
        late.add(scanned, 0, piece.logTime());
        isWanted = late.isWanted();
      }
    }
    if (late != null) {
      late.judged(late.noted(), position); // if it turns the verdict, all of them are read back
    }
  }

  private static TraceId id(OpenTrace trace) {
    return new TraceId(trace.high, trace.low);
  }

  /**
   * Decides a trace.
   *
   * @param bytes spans of the trace; null if they have not been read
   * @param early why it is decided before its due time; null if it is due
   */
  private Verdict judge(
      OpenTrace trace,
      @Nullable List<byte[]> bytes,
      long decidedAt,
      long position,
      @Nullable EarlyReason early) {
    PolicyVersion version = policies.version();
    Decision decision =
        early == null && policies.usesSlots()
            ? policies.decideInSlot(trace)
            : policies.decide(trace, decidedAt);
    keyNames.meet(
        trace, version.set().signals().fingerprints().all().size(), traces.scan().names());
    VerdictKind kind = kind(decision, marks.take(trace.high, trace.low, trace.firstSeen));
    boolean requested = kind.isRequested();
    boolean kept = requested || decision.outcome() == Decision.Outcome.SAMPLED;
    Verdict verdict =
        new Verdict(
            kind,
            kept,
            requested ? policyOf(kind) : credited(decision, version),
            version.number(),
            decidedAt,
            trace.firstOffset,
            position);
    List<byte[]> spans = bytes;
    if (spans == null) {
      spans = kept ? traces.read(trace) : List.of(); // read for kept traces only
    }
    if (kept) {
      verdict =
          verdict.weighted(
              weight(trace, decision, version, requested), subPolicy(decision, version, requested));
      if (version.set().hasRules() && !requested) {
        verdict = verdict.marked(ruleMarks.of(trace, version, decision.policy(), spans, early));
      }
    }
    if (decision.outcome() == Decision.Outcome.NOT_SAMPLED && !kept) { // drop policies are final
      verdict = verdict.summarized(Reconsideration.summary(trace, version));
    }
    verdicts.put(trace.high, trace.low, verdict);
    outcomes.decided(trace, version, decision, verdict);
    if (kept) {
      outcomes.kept(trace, spans, verdict);
    }
    sink.decided(trace, verdict);
    return verdict;
  }

  /**
   * Returns the kind of a verdict at the due time. A manual keep overrides all policies, a link
   * does not override drop policies.
   *
   * @param mark keep request for the trace, or null
   */
  private static VerdictKind kind(Decision decision, @Nullable VerdictKind mark) {
    boolean overrides =
        switch (decision.outcome()) {
          case SAMPLED -> false;
          case NOT_SAMPLED -> true;
          case DROPPED -> mark != VerdictKind.LINKED;
        };
    return mark != null && overrides ? mark : VerdictKind.DECIDED;
  }

  static Weight weight(
      OpenTrace trace, Decision decision, PolicyVersion version, boolean requested) {
    long threshold = requested ? Decision.UNKNOWN_THRESHOLD : decision.threshold();
    return threshold < 0
        ? version.unknownWeight()
        : new Weight(threshold, trace.explicitRandomness());
  }

  static String subPolicy(Decision decision, PolicyVersion version, boolean requested) {
    return requested || decision.subPolicy() < 0
        ? ""
        : version.set().subPolicyName(decision.subPolicy());
  }

  static String credited(Decision decision, PolicyVersion version) {
    return decision.policy() < 0 ? "" : version.set().policyNames().get(decision.policy());
  }
}
