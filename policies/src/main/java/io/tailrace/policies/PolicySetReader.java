package io.tailrace.policies;

import io.tailrace.policies.document.Environment;
import io.tailrace.policies.document.MappingReader;
import io.tailrace.policies.document.Node;
import io.tailrace.policies.export.ExportRules;
import io.tailrace.policies.kinds.PolicyKinds;
import io.tailrace.policies.policy.NamedPolicy;
import io.tailrace.policies.policy.PolicyContext;
import io.tailrace.policies.signals.EvaluationTimes;
import io.tailrace.policies.signals.SignalsBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads a document: the block of one of the Collector's tail sampling processors. */
final class PolicySetReader {
  private PolicySetReader() {}

  /** Reads the set. Empty after a fault. */
  static Optional<PolicySet> read(Node root, Environment environment) {
    return SamplingBlock.find(root, environment).flatMap(PolicySetReader::readBlock);
  }

  /** Reads a block without environment references. Empty after a fault. */
  static Optional<PolicySet> readBlock(SamplingBlock block) {
    ExportRules export = block.exports().read();
    return block
        .node()
        .mapping(
            settings -> {
              if (block.exports().areWithin()) {
                ExportBlocks.markKnown(settings);
              }
              return block.isAdaptive() ? RuleSetReader.read(settings) : block(settings);
            })
        .map(set -> set.withExportRules(export));
  }

  private static PolicySet block(MappingReader block) {
    Optional<Duration> wait = block.get("decision_wait").positiveDuration();
    Optional<Duration> afterRoot =
        block.get("decision_wait_after_root_received").durationFromZero();
    Node rootSpan = block.get("root_span_condition");
    boolean firstMatch = block.get("sample_on_first_match").bool(false);
    boolean useTraceState = block.get("use_tracestate").bool(true);
    boolean reconsiderLate = block.get("reconsider_late").bool(true);
    boolean followLinks = block.get("follow_links").bool(false);
    CollectorOnlySettings.read(block);
    SignalsBuilder signals = new SignalsBuilder();
    PolicyContext context = PolicyContext.of(PolicyKinds.BY_TYPE, signals, useTraceState);
    signals.rootCondition(RootSpanCondition.read(rootSpan, context));
    List<NamedPolicy> all = context.policies(block.get("policies"));
    List<NamedPolicy> policies = all.stream().filter(policy -> !policy.shadow()).toList();
    List<NamedPolicy> shadows = all.stream().filter(NamedPolicy::shadow).toList();
    List<NamedPolicy> inSlots = Stream.concat(policies.stream(), shadows.stream()).toList();
    EvaluationTimes times = new EvaluationTimes(all.size());
    return new PolicySet(
        policies,
        shadows,
        new SetTraits(
            wait,
            afterRoot,
            firstMatch,
            useTraceState,
            context.usesSlots(),
            reconsiderLate,
            followLinks,
            null,
            ExportRules.NONE),
        signals.build(
            times,
            i ->
                i < all.size()
                    ? inSlots.indexOf(all.get(i))
                    : 0), // out of range only after a fault
        times,
        block.node().warnings(),
        null);
  }
}
