package io.tailrace.policies;

import io.tailrace.policies.document.MappingReader;
import io.tailrace.policies.document.Node;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Reads the block of the {@code tail_sampling} processor. */
final class PolicySetReader {
  private PolicySetReader() {}

  /** Empty after a fault. */
  static Optional<PolicySet> read(Node root) {
    return TailSamplingBlock.find(root).flatMap(block -> block.mapping(PolicySetReader::block));
  }

  private static PolicySet block(MappingReader block) {
    Optional<Duration> wait = block.get("decision_wait").positiveDuration();
    Optional<Duration> afterRoot =
        block.get("decision_wait_after_root_received").durationFromZero();
    boolean firstMatch = block.get("sample_on_first_match").bool(false);
    CollectorOnlySettings.read(block);
    SignalsBuilder signals = new SignalsBuilder();
    List<NamedPolicy> policies = PolicyContext.of(signals).policies(block.get("policies"));
    EvaluationTimes times = new EvaluationTimes(policies.size());
    return new PolicySet(
        policies,
        new PolicySet.Waits(wait, afterRoot),
        firstMatch,
        signals.build(times),
        times,
        block.node().warnings());
  }
}
