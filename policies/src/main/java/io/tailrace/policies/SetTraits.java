package io.tailrace.policies;

import io.tailrace.policies.export.ExportRules;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a policy set beside its policies.
 *
 * @param afterFirstSpan wait after the first span of a trace; empty if the document sets none
 * @param afterRoot wait after the root span; empty if the document sets none
 * @param isFirstMatch whether the first policy that samples a trace ends the evaluation
 * @param useTraceState whether policies have thresholds and kept spans carry them
 * @param usesSlots whether traces are decided in slots
 * @param reconsidersLate whether a late span can turn the verdict on a trace that was not kept
 * @param followsLinks whether traces that kept traces link to are kept, too
 * @param rules settings of a set of rules; null for a set of policies
 * @param export what is done to kept spans on their way out
 */
record SetTraits(
    Optional<Duration> afterFirstSpan,
    Optional<Duration> afterRoot,
    boolean isFirstMatch,
    boolean useTraceState,
    boolean usesSlots,
    boolean reconsidersLate,
    boolean followsLinks,
    @Nullable Rules rules,
    ExportRules export) {
  /**
   * Settings of a set of rules, of which the first one that matches decides.
   *
   * @param spanLimit number of spans at which a trace is decided at once
   */
  record Rules(RecordFingerprint record, int spanLimit) {}

  static SetTraits ofRules(
      Duration afterFirstSpan,
      Duration afterRoot,
      boolean usesSlots,
      boolean reconsidersLate,
      boolean followsLinks,
      Rules rules) {
    return new SetTraits(
        Optional.of(afterFirstSpan),
        Optional.of(afterRoot),
        false,
        true,
        usesSlots,
        reconsidersLate,
        followsLinks,
        rules,
        ExportRules.NONE);
  }

  SetTraits withSlots(boolean slots) {
    return new SetTraits(
        afterFirstSpan,
        afterRoot,
        isFirstMatch,
        useTraceState,
        slots,
        reconsidersLate,
        followsLinks,
        rules,
        export);
  }

  SetTraits withExport(ExportRules other) {
    return new SetTraits(
        afterFirstSpan,
        afterRoot,
        isFirstMatch,
        useTraceState,
        usesSlots,
        reconsidersLate,
        followsLinks,
        rules,
        other);
  }
}
