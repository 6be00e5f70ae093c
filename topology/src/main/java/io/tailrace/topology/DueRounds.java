package io.tailrace.topology;

import io.tailrace.policies.Decision;
import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.Verdict;
import java.util.List;

/**
 * Decides the traces that fall due, in the order of their due times, each by the policy version of
 * its due time: what is decided, and how, follows from the log alone. A round is bounded in time
 * and carries on at the next. Not thread-safe.
 */
final class DueRounds {
  private static final int DECISIONS_PER_CLOCK_READING = 16;

  private final SpanBuffer buffer;
  private final VerdictLedger ledger;
  private final TaskPolicies policies;
  private final PolicyState policyState;
  private final TraceExporter exporter;
  private final SamplerMetrics metrics;
  private final long maxRoundNanos;
  private final RecordScan rescan;
  private long lastDecidedAt = Long.MIN_VALUE;

  DueRounds(
      SpanBuffer buffer,
      VerdictLedger ledger,
      TaskPolicies policies,
      PolicyState policyState,
      TraceExporter exporter,
      SamplerMetrics metrics,
      long maxRoundNanos) {
    this.buffer = buffer;
    this.ledger = ledger;
    this.policies = policies;
    this.policyState = policyState;
    this.exporter = exporter;
    this.metrics = metrics;
    this.maxRoundNanos = maxRoundNanos;
    this.rescan = new RecordScan(policies.layout());
  }

  /**
   * Decides what is due, until the round's time is used up.
   *
   * @param position the first offset that the decisions have not seen
   */
  void run(long position) {
    run(position, null, System.nanoTime() + maxRoundNanos);
  }

  /** Decides what is due up to and including this trace, which is. */
  void runUntilDecided(OpenTrace last, long position) {
    run(position, last, Long.MAX_VALUE);
  }

  /** Decides a trace that is not due, after all that are. */
  void decideEarly(OpenTrace trace, long position, EarlyReason reason) {
    run(position, null, Long.MAX_VALUE);
    if (buffer.find(trace.high, trace.low) != trace) {
      return; // it was due
    }
    long reached = buffer.clock().reached(); // a limiter must not be taken ahead of what is due
    decide(trace, reached == Long.MIN_VALUE ? trace.firstSeen : reached, position);
    metrics.decidedEarly(reason);
    policies.saveTo(policyState);
  }

  /** Whether the trace would be decided by now if no round had been cut short. */
  boolean isDue(OpenTrace trace) {
    long reached = buffer.clock().reached();
    PolicyVersion successor = policies.successorUntil(reached);
    return isJudged(policies.version().waits().due(trace), reached, successor)
        || policies.versionAt(reached).waits().due(trace) <= reached;
  }

  /** How long the oldest due trace has been due, in log time; 0 if none is. */
  long overdueMillis() {
    Waits waits = policies.version().waits();
    OpenTrace next = buffer.queue().next(waits);
    return next == null ? 0 : Math.max(0, buffer.clock().reached() - waits.due(next));
  }

  private void run(long position, OpenTrace last, long deadline) {
    long until = buffer.clock().reached();
    int decided = 0;
    while (true) {
      PolicyVersion successor = policies.successorUntil(until);
      Waits waits = policies.version().waits();
      OpenTrace next = buffer.queue().next(waits);
      if (next != null && isJudged(waits.due(next), until, successor)) {
        decide(next, Math.max(waits.due(next), policies.version().activeFrom()), position);
        decided++;
        boolean readClock = decided % DECISIONS_PER_CLOCK_READING == 0;
        if (next == last || (readClock && System.nanoTime() >= deadline)) {
          break;
        }
      } else if (successor != null) {
        policies.switchTo(successor);
        buffer.scan().use(policies.layout());
      } else {
        break;
      }
    }
    policies.saveTo(policyState);
  }

  /** Whether what is due then is due by now, and before another version takes over. */
  private static boolean isJudged(long due, long until, PolicyVersion successor) {
    return due <= until && (successor == null || due < successor.activeFrom());
  }

  private void decide(OpenTrace trace, long due, long position) {
    long decidedAt = Math.max(due, lastDecidedAt); // the ledger's changelog is searched by time
    lastDecidedAt = decidedAt;
    List<byte[]> bytes = null;
    if (trace.layout != policies.layout().number) {
      bytes = buffer.read(trace);
      gatherAnew(trace, bytes);
    }
    PolicyVersion version = policies.version();
    Decision decision = policies.decide(trace, decidedAt);
    boolean kept = decision.outcome() == Decision.Outcome.SAMPLED;
    String policy = decision.policy() < 0 ? "" : version.set().policyNames().get(decision.policy());
    Verdict verdict = new Verdict(kept, policy, version.number(), decidedAt, position);
    ledger.put(trace.high, trace.low, verdict);
    metrics.decided(version, decision, trace);
    if (kept) {
      exporter.export(trace, bytes == null ? buffer.read(trace) : bytes, verdict);
    }
    buffer.remove(trace);
  }

  /** The trace's signals were gathered for other policies: read its spans again. */
  private void gatherAnew(OpenTrace trace, List<byte[]> bytes) {
    rescan.use(policies.layout());
    trace.raised = 0;
    trace.raisedMore = null;
    trace.layout = policies.layout().number;
    for (byte[] chunk : bytes) {
      try {
        rescan.scan(chunk);
      } catch (MalformedOtlpException e) {
        throw new IllegalStateException("buffered spans of " + trace + " cannot be read", e);
      }
      rescan.raise(0, trace);
    }
  }
}
