package io.tailrace.topology;

import io.tailrace.policies.Decision;
import io.tailrace.policies.PolicySet;
import io.tailrace.policies.Vote;
import io.tailrace.serdes.Verdict;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Counts the outcomes of a simulation and passes each decision on. Not thread-safe. */
final class SimulationTally implements Outcomes {
  /** Hears of each decision; it is valid during the call only. */
  interface Listener {
    void decided(OpenTrace trace, Decision decision);
  }

  /** What one policy did. */
  static final class PolicyTally {
    private final String name;
    private final Map<Vote, Long> votes = new EnumMap<>(Vote.class);
    private final Amount credited = new Amount();

    private PolicyTally(String name) {
      this.name = name;
    }

    String name() {
      return name;
    }

    long votes(Vote vote) {
      return votes.getOrDefault(vote, 0L);
    }

    /** What is kept because of it, or dropped if that is what it does. */
    Amount credited() {
      return credited;
    }

    private void voted(Vote vote) {
      votes.merge(vote, 1L, Long::sum);
    }
  }

  private final List<PolicyTally> policies;
  private final List<PolicyTally> subPolicies;
  private final Map<Decision.Outcome, Amount> byOutcome = new EnumMap<>(Decision.Outcome.class);
  private final Map<EarlyReason, Long> early = new EnumMap<>(EarlyReason.class);
  private final Listener listener;
  private long lateSpans;

  SimulationTally(PolicySet set, Listener listener) {
    this.policies = set.policyNames().stream().map(PolicyTally::new).toList();
    this.subPolicies = set.subPolicyNames().stream().map(PolicyTally::new).toList();
    this.listener = listener;
    for (Decision.Outcome outcome : Decision.Outcome.values()) {
      byOutcome.put(outcome, new Amount());
    }
  }

  @Override
  public void opened() {}

  @Override
  public void decided(OpenTrace trace, PolicyVersion version, Decision decision, Verdict verdict) {
    for (int policy = 0; policy < policies.size(); policy++) {
      policies.get(policy).voted(decision.vote(policy));
    }
    for (int subPolicy = 0; subPolicy < subPolicies.size(); subPolicy++) {
      subPolicies.get(subPolicy).voted(decision.subVote(subPolicy));
    }
    byOutcome.get(decision.outcome()).add(trace);
    if (decision.policy() >= 0) {
      policies.get(decision.policy()).credited.add(trace);
    }
    if (decision.subPolicy() >= 0) {
      subPolicies.get(decision.subPolicy()).credited.add(trace);
    }
    listener.decided(trace, decision);
  }

  @Override
  public void kept(OpenTrace trace, List<byte[]> spans, Verdict verdict) {}

  @Override
  public void decidedEarly(EarlyReason reason) {
    early.merge(reason, 1L, Long::sum);
  }

  @Override
  public void late(Verdict verdict, RecordScan scan, int scanned, int spans, long logTime) {
    long bytes = scan.pieces.piece(scanned).length;
    lateSpans += spans;
    if (verdict.policy().isEmpty()) {
      byOutcome.get(Decision.Outcome.NOT_SAMPLED).addSpans(spans, bytes);
      return;
    }
    Decision.Outcome outcome = verdict.kept() ? Decision.Outcome.SAMPLED : Decision.Outcome.DROPPED;
    byOutcome.get(outcome).addSpans(spans, bytes);
    for (PolicyTally policy : policies) {
      if (policy.name.equals(verdict.policy())) {
        policy.credited.addSpans(spans, bytes);
      }
    }
  }

  /** In the order of the document. */
  List<PolicyTally> policies() {
    return policies;
  }

  /**
   * Those within composite ones, as {@link PolicySet#subPolicyNames}. Late spans count for the
   * composite alone.
   */
  List<PolicyTally> subPolicies() {
    return subPolicies;
  }

  Amount of(Decision.Outcome outcome) {
    return byOutcome.get(outcome);
  }

  /** Spans that came after their trace's verdict; the amounts above include them. */
  long lateSpans() {
    return lateSpans;
  }

  /** Traces that were decided before they were due, by the bound that was reached. */
  Map<EarlyReason, Long> early() {
    return early;
  }
}
