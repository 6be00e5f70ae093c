package io.tailrace.topology.simulate;

import io.tailrace.policies.Decision;
import io.tailrace.policies.PolicySet;
import io.tailrace.policies.policy.Vote;
import io.tailrace.serdes.TraceSummary;
import io.tailrace.serdes.Verdict;
import io.tailrace.topology.operations.TraceOutline;
import io.tailrace.topology.sampling.EarlyReason;
import io.tailrace.topology.sampling.OpenTrace;
import io.tailrace.topology.sampling.Outcomes;
import io.tailrace.topology.sampling.PolicyVersion;
import io.tailrace.topology.sampling.RecordScan;
import io.tailrace.topology.sampling.Representation;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Counts the outcomes of a simulation and passes each decision on. Not thread-safe. */
final class SimulationTally implements Outcomes {
  /** Receives each decision, which is valid during the call only. */
  interface Listener {
    void decided(OpenTrace trace, PolicyVersion version, Decision decision, Verdict verdict);

    /** Receives a decision that keeps a trace after an earlier one did not. */
    default void reconsidered(
        OpenTrace trace, PolicyVersion version, Decision decision, Verdict verdict) {}
  }

  static Listener both(Listener one, Listener another) {
    return new Listener() {
      @Override
      public void decided(
          OpenTrace trace, PolicyVersion version, Decision decision, Verdict verdict) {
        one.decided(trace, version, decision, verdict);
        another.decided(trace, version, decision, verdict);
      }

      @Override
      public void reconsidered(
          OpenTrace trace, PolicyVersion version, Decision decision, Verdict verdict) {
        one.reconsidered(trace, version, decision, verdict);
        another.reconsidered(trace, version, decision, verdict);
      }
    };
  }

  /** Traces of one service, as of their verdicts. */
  static final class ServiceTally {
    private final Amount total = new Amount();
    private final Amount sampled = new Amount();

    Amount total() {
      return total;
    }

    Amount sampled() {
      return sampled;
    }
  }

  /** Result of one policy. */
  static final class PolicyTally {
    private final String name;
    private final Map<Vote, Long> votes = new EnumMap<>(Vote.class);
    private final Amount credited = new Amount();
    private final Representation truth = new Representation();

    private PolicyTally(String name) {
      this.name = name;
    }

    String name() {
      return name;
    }

    long votes(Vote vote) {
      return votes.getOrDefault(vote, 0L);
    }

    /** Amount kept because of the policy, or dropped by a dropping policy. */
    Amount credited() {
      return credited;
    }

    /** Returns the traces represented by the sampled ones. */
    Representation truth() {
      return truth;
    }

    private void voted(Vote vote) {
      votes.merge(vote, 1L, Long::sum);
    }
  }

  /**
   * Maximum number of distinct services. Bounds memory if each trace has a service name of its own.
   */
  private static final int MAX_SERVICES = 1_000;

  static final String OTHER_SERVICES = "(others)";
  static final String NO_SERVICE = "(no root span)";

  private final Map<String, PolicyTally> policies = new LinkedHashMap<>();
  private final Map<String, PolicyTally> subPolicies = new LinkedHashMap<>();
  private final Map<String, ServiceTally> services = new HashMap<>();
  private final Map<Decision.Outcome, Amount> byOutcome = new EnumMap<>(Decision.Outcome.class);
  private final Representation truth = new Representation();
  private final Map<EarlyReason, Long> early = new EnumMap<>(EarlyReason.class);
  private final Listener listener;
  private @Nullable PolicyVersion current;
  private PolicyTally[] ofCurrent = {};
  private PolicyTally[] subOfCurrent = {};
  private long lateSpans;
  private long reconsidered;

  /**
   * @param versions versions whose policies are reported even if they never apply
   */
  SimulationTally(List<PolicyVersion> versions, Listener listener) {
    this.listener = listener;
    versions.forEach(this::use);
    for (Decision.Outcome outcome : Decision.Outcome.values()) {
      byOutcome.put(outcome, new Amount());
    }
  }

  /** Combines policies of the same name in all versions. */
  private void use(PolicyVersion version) {
    current = version;
    ofCurrent = tallies(version.set().policyNames(), policies);
    subOfCurrent = tallies(version.set().subPolicyNames(), subPolicies);
  }

  private static PolicyTally[] tallies(List<String> names, Map<String, PolicyTally> all) {
    return names.stream()
        .map(name -> all.computeIfAbsent(name, PolicyTally::new))
        .toArray(PolicyTally[]::new);
  }

  @Override
  public void opened() {}

  @Override
  public void decided(OpenTrace trace, PolicyVersion version, Decision decision, Verdict verdict) {
    if (current == null || version.number() != current.number()) {
      use(version);
    }
    for (int policy = 0; policy < ofCurrent.length; policy++) {
      ofCurrent[policy].voted(decision.vote(policy));
      if (version.set().useTraceState()) {
        ofCurrent[policy].truth.add(trace, decision.threshold(policy));
      }
    }
    for (int subPolicy = 0; subPolicy < subOfCurrent.length; subPolicy++) {
      subOfCurrent[subPolicy].voted(decision.subVote(subPolicy));
    }
    if (version.set().useTraceState()) {
      truth.add(trace, decision.leastThreshold());
    }
    of(decision.outcome()).add(trace);
    if (decision.policy() >= 0) {
      ofCurrent[decision.policy()].credited.add(trace);
    }
    if (decision.subPolicy() >= 0) {
      subOfCurrent[decision.subPolicy()].credited.add(trace);
    }
    ServiceTally service = service(trace.outline);
    service.total.add(trace);
    if (verdict.kept()) {
      service.sampled.add(trace);
    }
    listener.decided(trace, version, decision, verdict);
  }

  private ServiceTally service(@Nullable TraceOutline outline) {
    String name =
        outline == null ? NO_SERVICE : Objects.requireNonNullElse(outline.service(), NO_SERVICE);
    boolean room = services.size() < MAX_SERVICES || services.containsKey(name);
    return services.computeIfAbsent(room ? name : OTHER_SERVICES, n -> new ServiceTally());
  }

  @Override
  public void kept(OpenTrace trace, List<byte[]> spans, Verdict verdict) {}

  @Override
  public void decidedEarly(EarlyReason reason, String group) {
    early.merge(reason, 1L, Long::sum);
  }

  @Override
  public void reconsidered(
      OpenTrace trace, PolicyVersion version, Decision decision, Verdict verdict, Verdict former) {
    TraceSummary spans = Objects.requireNonNull(former.summary(), "summary of the former verdict");
    reconsidered++;
    of(Decision.Outcome.NOT_SAMPLED).remove(spans); // no policy is credited with that
    of(Decision.Outcome.SAMPLED).add(spans);
    PolicyTally policy = policies.get(verdict.policy());
    if (policy != null) { // else it was decided before the reported stretch
      policy.credited.add(spans);
    }
    listener.reconsidered(trace, version, decision, verdict);
  }

  @Override
  public void late(Verdict verdict, RecordScan scan, int scanned, int spans, long logTime) {
    long bytes = scan.pieces.piece(scanned).length;
    lateSpans += spans;
    if (verdict.policy().isEmpty()) {
      of(Decision.Outcome.NOT_SAMPLED).addSpans(spans, bytes);
      return;
    }
    Decision.Outcome outcome = verdict.kept() ? Decision.Outcome.SAMPLED : Decision.Outcome.DROPPED;
    of(outcome).addSpans(spans, bytes);
    PolicyTally policy = policies.get(verdict.policy());
    if (policy != null) { // else it was decided before the reported stretch
      policy.credited.addSpans(spans, bytes);
    }
  }

  /**
   * Returns the policies in the order of the document; those of later documents follow those of
   * earlier ones.
   */
  List<PolicyTally> policies() {
    return List.copyOf(policies.values());
  }

  /** Returns the results by the {@code service.name} of the root span. */
  Map<String, ServiceTally> services() {
    return services;
  }

  /**
   * Returns the sub-policies of composite policies, as {@link PolicySet#subPolicyNames}. Late spans
   * count for the composite policy only.
   */
  List<PolicyTally> subPolicies() {
    return List.copyOf(subPolicies.values());
  }

  /** Returns the traces represented by all sampled traces. */
  Representation truth() {
    return truth;
  }

  Amount of(Decision.Outcome outcome) {
    return Objects.requireNonNull(byOutcome.get(outcome), "amount"); // each outcome has one
  }

  /** Spans that arrived after the verdict of their trace; included in the amounts above. */
  long lateSpans() {
    return lateSpans;
  }

  /** Traces that were kept because of a late span; included in the amounts above. */
  long reconsidered() {
    return reconsidered;
  }

  /** Traces decided before their due time, by bound. */
  Map<EarlyReason, Long> early() {
    return early;
  }
}
