package io.tailrace.policies;

import io.tailrace.policies.export.ExportRules;
import io.tailrace.policies.fingerprint.Selector;
import io.tailrace.policies.signals.EvaluationTimes;
import io.tailrace.policies.signals.SignalsBuilder;
import java.util.List;
import java.util.Optional;

/** Policy sets that ask for fingerprints, whatever their policies are. */
public final class FingerprintSets {
  private FingerprintSets() {}

  /** The set with one fingerprint more for each list of selectors, as if a policy asked for it. */
  @SafeVarargs
  public static PolicySet with(PolicySet set, List<String>... fingerprints) {
    SignalsBuilder signals = new SignalsBuilder();
    for (List<String> texts : fingerprints) {
      signals.fingerprint(texts.stream().map(text -> Selector.parse(text).get()).toList());
    }
    EvaluationTimes times = new EvaluationTimes(0);
    return set.withShadow(
        new PolicySet(
            List.of(),
            List.of(),
            new SetTraits(
                Optional.empty(),
                Optional.empty(),
                false,
                true,
                false,
                true,
                false,
                null,
                ExportRules.NONE),
            signals.build(times, slot -> slot),
            times,
            List.of(),
            null));
  }
}
