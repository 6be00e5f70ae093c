package io.tailrace.topology.meters;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.tailrace.policies.Decision;
import io.tailrace.policies.PolicySet;
import io.tailrace.topology.sampling.OpenTrace;
import io.tailrace.topology.sampling.Representation;
import java.util.List;

/**
 * Meters of the decided traces and of the sum of the adjusted counts of the sampled ones, for a
 * policy set and each of its policies. The two differ by chance only. A larger difference shows
 * that the weights on exported spans are wrong, for example because trace IDs are not random. Not
 * thread-safe; several objects can share counters.
 */
final class TruthMeters {
  private final boolean isWeighted;
  private final Counters all;
  private final List<Counters> byPolicy;

  TruthMeters(MeterRegistry registry, PolicySet of) {
    isWeighted = of.useTraceState();
    all = new Counters(registry, "tailrace.truth", Tags.empty());
    byPolicy =
        of.policyNames().stream()
            .map(name -> new Counters(registry, "tailrace.policy.truth", Tags.of("policy", name)))
            .toList();
  }

  void count(Decision decision, OpenTrace trace) {
    if (!isWeighted) {
      return;
    }
    all.count(trace, decision.leastThreshold());
    for (int policy = 0; policy < byPolicy.size(); policy++) {
      byPolicy.get(policy).count(trace, decision.threshold(policy));
    }
  }

  private static final class Counters {
    private final Representation one = new Representation();
    private final Counter decided;
    private final Counter adjusted;
    private final Counter variance;

    Counters(MeterRegistry registry, String prefix, Tags tags) {
      decided =
          counter(
              registry,
              prefix + ".decided",
              "Decided traces that could be sampled with a known probability",
              tags);
      adjusted =
          counter(
              registry,
              prefix + ".adjusted",
              "Sum of adjusted counts of the sampled traces, which estimates the decided traces",
              tags);
      variance = counter(registry, prefix + ".variance", "Variance of that estimate", tags);
    }

    private static Counter counter(
        MeterRegistry registry, String name, String description, Tags tags) {
      return Counter.builder(name).description(description).tags(tags).register(registry);
    }

    void count(OpenTrace trace, long threshold) {
      one.clear();
      one.add(trace, threshold);
      if (one.traces() > 0) {
        decided.increment(one.traces());
      }
      if (one.adjusted() > 0) {
        adjusted.increment(one.adjusted());
      }
      if (one.variance() > 0) {
        variance.increment(one.variance());
      }
    }
  }
}
