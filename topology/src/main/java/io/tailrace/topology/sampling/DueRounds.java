package io.tailrace.topology.sampling;

import io.tailrace.policies.Decision;
import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.TraceId;
import io.tailrace.serdes.Verdict;
import io.tailrace.serdes.VerdictKind;
import io.tailrace.serdes.Weight;
import io.tailrace.topology.buffer.HeldPiece;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides the traces that fall due, in the order of their due times, each by the policy version of
 * its due time and by the spans with an earlier log time: what is decided, and how, follows from
 * the log alone, whatever else has been read by then. Later spans follow the verdict. A round is
 * bounded in time and carries on at the next. Not thread-safe.
 */
public final class DueRounds {
  /** Stands for the policy in verdicts that a person has given. */
  static final String BY_HAND = "(kept by hand)";

  /** The same, of a trace of which there was no span yet. */
  static final String BY_HAND_UNSEEN = "(kept by hand, not seen before)";

  private static final int DECISIONS_PER_CLOCK_READING = 16;
  private static final long FOR_EVER = Long.MAX_VALUE;

  private final OpenTraces traces;
  private final Verdicts verdicts;
  private final TaskPolicies policies;
  private final Outcomes outcomes;
  private final KeepMarks marks;
  private final RoundSink sink;
  private final long maxRoundNanos;
  private final RecordScan rescan;
  private long lastDecidedAt;

  public DueRounds(
      OpenTraces traces,
      Verdicts verdicts,
      TaskPolicies policies,
      Outcomes outcomes,
      KeepMarks marks,
      RoundSink sink,
      long maxRoundNanos) {
    this.traces = traces;
    this.verdicts = verdicts;
    this.policies = policies;
    this.outcomes = outcomes;
    this.marks = marks;
    this.sink = sink;
    this.maxRoundNanos = maxRoundNanos;
    this.rescan = new RecordScan(policies.layout());
    this.lastDecidedAt = verdicts.latestDecision();
  }

  /**
   * Decides what is due, until the round's time is used up.
   *
   * @param position the first offset that the decisions have not seen
   */
  public void run(long position) {
    run(position, null, maxRoundNanos);
  }

  /** Decides what is due up to and including this trace, which is. */
  void runUntilDecided(OpenTrace last, long position) {
    run(position, last, FOR_EVER);
  }

  /** Decides a trace that is not due, after all that are. */
  void decideEarly(OpenTrace trace, long position, EarlyReason reason) {
    run(position, null, FOR_EVER);
    if (traces.find(trace.high, trace.low) != trace) {
      return; // it was due
    }
    long began = System.nanoTime();
    long reached = traces.clock().reached(); // a limiter must not be taken ahead of what is due
    long decidedAt = decidedAt(reached == Long.MIN_VALUE ? trace.firstSeen : reached);
    decide(trace, decidedAt, position); // by all that is there: the bound is on that
    outcomes.decidedEarly(reason);
    sink.decidedEarly();
    policies.save();
    sink.ended(began, false);
  }

  /**
   * Keeps a trace that is not open.
   *
   * @param kind {@link VerdictKind#KEPT_BY_HAND} or {@link VerdictKind#KEPT_UNSEEN}
   * @param firstOffset of what is not exported yet
   * @param position the first offset that is not taken in yet: from there on its spans are late
   */
  public Verdict keepByHand(TraceId id, VerdictKind kind, long firstOffset, long position) {
    // What is overdue is decided as of its due time all the same: limits follow the log alone.
    long decidedAt = Math.max(traces.clock().reached(), lastDecidedAt);
    long version = policies.version().number();
    String policy = kind == VerdictKind.KEPT_UNSEEN ? BY_HAND_UNSEEN : BY_HAND;
    Verdict verdict =
        new Verdict(kind, true, policy, version, decidedAt, firstOffset, position)
            .weighted(policies.version().unknownWeight(), "");
    verdicts.put(id.high(), id.low(), verdict);
    return verdict;
  }

  /** Whether the trace would be decided by now if no round had been cut short. */
  boolean isDue(OpenTrace trace) {
    long reached = traces.clock().reached();
    PolicyVersion successor = policies.successorUntil(reached);
    return isJudged(policies.version().waits().due(trace), reached, successor)
        || policies.versionAt(reached).waits().due(trace) <= reached;
  }

  /** How long the oldest due trace has been due, in log time; 0 if none is. */
  public long overdueMillis() {
    Waits waits = policies.version().waits();
    long reached = traces.clock().reached();
    OpenTrace next = traces.queue().next(waits, reached);
    return next == null ? 0 : reached - waits.due(next);
  }

  /** Log time at which an open trace falls due by the policies that judge now. */
  long due(OpenTrace trace) {
    return policies.version().waits().due(trace);
  }

  /**
   * What would be decided now. No verdict changes by it: at most the trace is read anew now and not
   * when it is due.
   */
  TraceAnswer.Judged ifDecidedNow(OpenTrace trace) {
    if (trace.layout != policies.layout().number) {
      gatherAnew(trace, traces.read(trace)); // as will be done when it is due
    }
    long now = Math.max(traces.clock().reached(), trace.firstSeen);
    return TraceAnswer.Judged.of(policies.version(), policies.preview(trace, now), null, null);
  }

  /** What people want to know of an open trace, whether or not that was gathered all along. */
  TraceOutline outline(OpenTrace trace) {
    if (trace.outline != null) {
      return trace.outline;
    }
    TraceOutline outline = new TraceOutline();
    rescan.use(policies.layout());
    for (byte[] chunk : traces.read(trace)) {
      scanBuffered(trace, chunk);
      rescan.outline(0, outline);
    }
    return outline;
  }

  private void run(long position, OpenTrace last, long maxNanos) {
    long began = System.nanoTime();
    boolean cutShort = false;
    long until = traces.clock().reached();
    int decided = 0;
    while (true) {
      PolicyVersion successor = policies.successorUntil(until);
      Waits waits = policies.version().waits();
      OpenTrace next = traces.queue().next(waits, until);
      if (next != null && isJudged(waits.due(next), until, successor)) {
        decideDue(next, Math.max(waits.due(next), policies.version().activeFrom()), position);
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
    policies.save();
    if (decided > 0) {
      sink.ended(began, cutShort);
    }
  }

  /** Whether what is due then is due by now, and before another version takes over. */
  private static boolean isJudged(long due, long until, PolicyVersion successor) {
    return due <= until && (successor == null || due < successor.activeFrom());
  }

  private void decideDue(OpenTrace trace, long due, long position) {
    long decidedAt = decidedAt(due);
    if (trace.lastSeen < decidedAt) {
      decide(trace, decidedAt, position);
    } else {
      decideInPart(trace, decidedAt, position);
    }
  }

  /** Decisions are in the order of their times, also among those that were due long ago. */
  private long decidedAt(long due) {
    lastDecidedAt = Math.max(due, lastDecidedAt);
    return lastDecidedAt;
  }

  private void decide(OpenTrace trace, long decidedAt, long position) {
    List<byte[]> bytes = null;
    if (trace.layout != policies.layout().number) {
      bytes = traces.read(trace);
      gatherAnew(trace, bytes);
    }
    judge(trace, bytes, decidedAt, position);
    traces.remove(trace);
  }

  /**
   * Decides a trace of which spans have come, from ingest partitions that are ahead, that are too
   * late for the verdict: they follow it, or open the trace again.
   */
  private void decideInPart(OpenTrace trace, long decidedAt, long position) {
    OpenTraces.Taken taken = traces.take(trace);
    OpenTrace part = new OpenTrace(trace.high, trace.low, trace.firstSeen, trace.firstOffset);
    part.outline = trace.outline == null ? null : new TraceOutline();
    part.layout = policies.layout().number;
    part.rootSeen = trace.rootSeen < decidedAt ? trace.rootSeen : OpenTrace.NOT_SEEN;
    List<byte[]> bytes = new ArrayList<>();
    List<HeldPiece> later = new ArrayList<>();
    rescan.use(policies.layout());
    for (HeldPiece piece : taken.pieces()) {
      if (piece.logTime() >= decidedAt) {
        later.add(piece);
        continue;
      }
      bytes.add(piece.bytes());
      scanBuffered(trace, piece.bytes());
      rescan.gather(part);
      part.bytes += piece.bytes().length;
      part.lastSeen = Math.max(part.lastSeen, piece.logTime());
    }
    Verdict verdict = judge(part, bytes, decidedAt, position);
    OpenTrace again = null;
    for (HeldPiece piece : later) {
      scanBuffered(trace, piece.bytes());
      if (verdicts.holds(verdict, piece.logTime())) {
        outcomes.late(verdict, rescan, 0, rescan.spanCount(0), piece.logTime());
        continue;
      }
      if (again == null) {
        verdicts.reopened(trace.high, trace.low, verdict, piece.offset(), false, decidedAt);
        again = traces.openAgain(trace, taken, piece.logTime(), piece.offset());
        again.notBefore = verdicts.expiry(verdict) + 1;
        outcomes.opened();
      }
      traces.append(again, rescan, 0, piece.logTime(), piece.offset());
    }
  }

  /**
   * Gives the verdict.
   *
   * @param bytes the trace's spans; null if they have not been read
   */
  private Verdict judge(OpenTrace trace, List<byte[]> bytes, long decidedAt, long position) {
    PolicyVersion version = policies.version();
    Decision decision = policies.decide(trace, decidedAt);
    boolean sampled = decision.outcome() == Decision.Outcome.SAMPLED;
    boolean kept = marks.take(trace.high, trace.low) || sampled;
    boolean byHand = kept && !sampled;
    Verdict verdict =
        new Verdict(
            byHand ? VerdictKind.KEPT_WHEN_DUE : VerdictKind.DECIDED,
            kept,
            byHand ? BY_HAND : credited(decision, version),
            version.number(),
            decidedAt,
            trace.firstOffset,
            position);
    if (kept) {
      verdict =
          verdict.weighted(
              weight(trace, decision, version, byHand), subPolicy(decision, version, byHand));
    }
    verdicts.put(trace.high, trace.low, verdict);
    outcomes.decided(trace, version, decision, verdict);
    if (kept) {
      outcomes.kept(trace, bytes == null ? traces.read(trace) : bytes, verdict);
    }
    sink.decided(trace, verdict);
    return verdict;
  }

  private static Weight weight(
      OpenTrace trace, Decision decision, PolicyVersion version, boolean byHand) {
    if (byHand) {
      return version.unknownWeight();
    }
    return decision.threshold() == Decision.UNWEIGHTED_THRESHOLD
        ? Weight.NONE
        : new Weight(decision.threshold(), trace.explicitRandomness());
  }

  private static String subPolicy(Decision decision, PolicyVersion version, boolean byHand) {
    return byHand || decision.subPolicy() < 0
        ? ""
        : version.set().subPolicyName(decision.subPolicy());
  }

  private static String credited(Decision decision, PolicyVersion version) {
    return decision.policy() < 0 ? "" : version.set().policyNames().get(decision.policy());
  }

  /** The trace's signals were gathered for other policies: read its spans again. */
  private void gatherAnew(OpenTrace trace, List<byte[]> bytes) {
    rescan.use(policies.layout());
    trace.raised = 0;
    trace.raisedMore = null;
    trace.layout = policies.layout().number;
    for (byte[] chunk : bytes) {
      scanBuffered(trace, chunk);
      rescan.raise(0, trace);
    }
  }

  private void scanBuffered(OpenTrace trace, byte[] chunk) {
    try {
      rescan.scan(chunk);
    } catch (MalformedOtlpException e) {
      throw new IllegalStateException("buffered spans of " + trace + " cannot be read", e);
    }
  }
}
