package io.tailrace.topology.meters;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tailrace.policies.Decision;
import io.tailrace.policies.Decision.Outcome;
import io.tailrace.policies.PolicySet;
import io.tailrace.policies.policy.Vote;
import io.tailrace.topology.sampling.OpenTrace;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Amounts that the shadow policies of one policy version would keep or drop, at the verdicts,
 * without late spans. Thread-safe.
 */
final class ShadowMeters {
  static final String PREFIX = "tailrace.shadow";
  private static final String POLICY = PREFIX + ".policy.";
  private static final String SET = PREFIX + ".set.";

  private final List<OfPolicy> policies;
  private final @Nullable OfSet set;

  ShadowMeters(MeterRegistry registry, PolicySet of) {
    policies = of.shadowNames().stream().map(name -> new OfPolicy(registry, name)).toList();
    set = of.shadowSet().map(shadow -> new OfSet(registry, of, shadow)).orElse(null);
  }

  void count(Decision decision, OpenTrace trace) {
    for (int shadow = 0; shadow < policies.size(); shadow++) {
      policies.get(shadow).count(decision.shadowVote(shadow), decision.outcome(), trace);
    }
    if (set != null) {
      set.count(decision, trace);
    }
  }

  /** Counts shadow policies alone and in addition to the decision. */
  private static final class OfPolicy {
    private final Amounts keptAlone;
    private final Amounts keptMore;
    private final Amounts droppedAlone;
    private final Amounts droppedMore;

    OfPolicy(MeterRegistry registry, String name) {
      keptAlone = new Amounts(registry, POLICY, name, "kept_alone");
      keptMore = new Amounts(registry, POLICY, name, "kept_more");
      droppedAlone = new Amounts(registry, POLICY, name, "dropped_alone");
      droppedMore = new Amounts(registry, POLICY, name, "dropped_more");
    }

    void count(Vote vote, Outcome outcome, OpenTrace trace) {
      if (vote == Vote.SAMPLED) {
        keptAlone.add(trace);
        if (outcome == Outcome.NOT_SAMPLED) {
          keptMore.add(trace);
        }
      } else if (vote == Vote.DROPPED) {
        droppedAlone.add(trace);
        if (outcome == Outcome.SAMPLED) {
          droppedMore.add(trace);
        }
      }
    }
  }

  /** Compares two complete sets. Each trace counts once, for the credited policy. */
  private static final class OfSet {
    private static final String NOBODY = "";

    private final List<Amounts> both;
    private final List<Amounts> onlyShadow;
    private final List<Amounts> onlyActive;
    private final Amounts neither;

    OfSet(MeterRegistry registry, PolicySet active, PolicySet shadow) {
      both = amounts(registry, shadow, "kept_by_both");
      onlyShadow = amounts(registry, shadow, "kept_by_shadow_only");
      onlyActive = amounts(registry, active, "kept_by_active_only");
      neither = new Amounts(registry, SET, NOBODY, "kept_by_neither");
    }

    private static List<Amounts> amounts(MeterRegistry registry, PolicySet set, String outcome) {
      return set.policyNames().stream()
          .map(name -> new Amounts(registry, SET, name, outcome))
          .toList();
    }

    void count(Decision decision, OpenTrace trace) {
      Decision shadow = Objects.requireNonNull(decision.shadow(), "no shadow set");
      boolean isKept = decision.outcome() == Outcome.SAMPLED;
      if (shadow.outcome() == Outcome.SAMPLED) {
        (isKept ? both : onlyShadow).get(shadow.policy()).add(trace);
      } else if (isKept) {
        onlyActive.get(decision.policy()).add(trace);
      } else {
        neither.add(trace);
      }
    }
  }

  /** Traces with their spans and bytes. */
  private static final class Amounts {
    private final Counter traces;
    private final Counter spans;
    private final Counter bytes;

    Amounts(MeterRegistry registry, String prefix, String policy, String outcome) {
      traces = counter(registry, prefix + "traces", "Traces", policy, outcome);
      spans = counter(registry, prefix + "spans", "Spans of traces", policy, outcome);
      bytes = counter(registry, prefix + "bytes", "Bytes of traces", policy, outcome);
    }

    private static Counter counter(
        MeterRegistry registry, String name, String what, String policy, String outcome) {
      return Counter.builder(name)
          .description(what + " by the result of shadow policies")
          .tag("policy", policy)
          .tag("outcome", outcome)
          .register(registry);
    }

    void add(OpenTrace trace) {
      traces.increment();
      spans.increment(trace.spanCount);
      bytes.increment((double) trace.bytes);
    }
  }
}
