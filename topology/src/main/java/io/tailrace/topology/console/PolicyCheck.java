package io.tailrace.topology.console;

import io.tailrace.policies.PolicySet;
import io.tailrace.policies.document.Fault;
import io.tailrace.topology.sampling.WaitRules;
import io.vavr.collection.Seq;
import io.vavr.control.Validation;
import java.util.List;

/**
 * Result of the validation of a document.
 *
 * @param faults faults; empty if valid
 * @param warnings settings without effect
 * @param doubts policies that are certainly a mistake
 * @param summary description of the kept traces
 * @param policies policy names
 */
record PolicyCheck(
    boolean valid,
    List<Line> faults,
    List<String> warnings,
    List<String> doubts,
    List<String> summary,
    List<String> policies) {

  /**
   * A fault.
   *
   * @param line 1-based; 0 if unknown
   */
  record Line(int line, String message) {}

  /** Validates a document like an instance with these rules. */
  static PolicyCheck of(String document, WaitRules rules) {
    Validation<Seq<Fault>, PolicySet> parsed = PolicySet.parse(document);
    if (parsed.isInvalid()) {
      return refused(
          parsed.getError().map(fault -> new Line(fault.line(), fault.message())).asJava());
    }
    PolicySet set = parsed.get();
    List<String> faults = rules.faults(rules.of(set));
    return faults.isEmpty()
        ? new PolicyCheck(
            true, List.of(), set.warnings(), set.lint(), set.summary(), set.policyNames())
        : refused(faults.stream().map(fault -> new Line(0, fault)).toList());
  }

  private static PolicyCheck refused(List<Line> faults) {
    return new PolicyCheck(false, faults, List.of(), List.of(), List.of(), List.of());
  }
}
