package io.tailrace.topology.console;

import io.tailrace.policies.PolicySet;
import io.tailrace.policies.document.Fault;
import io.tailrace.topology.sampling.WaitRules;
import io.vavr.collection.Seq;
import io.vavr.control.Validation;
import java.util.List;

/**
 * What is to be said of a document before it is published.
 *
 * @param faults why it would be refused; none if it is valid
 * @param warnings settings that do nothing here
 * @param doubts policies that cannot be meant
 * @param summary what it keeps, in plain language
 * @param policies their names
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

  /** Checks it as an instance with these waits does. */
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
