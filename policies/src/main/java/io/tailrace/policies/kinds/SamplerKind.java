package io.tailrace.policies.kinds;

import io.tailrace.policies.document.MappingReader;
import io.tailrace.policies.policy.Extent;
import io.tailrace.policies.policy.Policy;
import io.tailrace.policies.policy.PolicyContext;
import io.tailrace.policies.policy.Words;
import java.util.LinkedHashMap;
import java.util.Map;

/** A kind of sampler of a rule. */
public interface SamplerKind {
  /** All kinds by their type, in the order of the Collector's documentation. */
  Map<String, SamplerKind> BY_TYPE = byType();

  /** Reads the settings beside the type. */
  Policy read(MappingReader settings, PolicyContext context);

  private static Map<String, SamplerKind> byType() {
    Map<String, SamplerKind> kinds = new LinkedHashMap<>();
    kinds.put(
        "always_sample",
        (settings, context) -> Policy.when("kept", new Extent.All(), trace -> true));
    kinds.put("probabilistic", (settings, context) -> probabilistic(settings));
    kinds.put("adaptive_percentage", AdaptiveSettings::percentage);
    kinds.put("adaptive_throughput", AdaptiveSettings::throughput);
    kinds.put(
        "drop",
        (settings, context) -> Policy.when("not kept", new Extent.None(false), trace -> false));
    return kinds;
  }

  private static Policy probabilistic(MappingReader settings) {
    double percentage = AdaptiveSettings.positive(settings.get("sampling_percentage"), 100);
    return Probabilistic.byRandomness(
        percentage, true, Words.number(percentage) + " % of traces, chosen by trace id");
  }
}
