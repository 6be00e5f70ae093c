package io.tailrace.topology.fleet;

import io.tailrace.policies.PolicyOutline;
import io.tailrace.policies.PolicySet;
import io.tailrace.policies.document.Fault;
import io.vavr.collection.Seq;
import io.vavr.control.Validation;
import java.util.Optional;

/** Describes the changes of a version in one line. */
final class PolicyChange {
  private PolicyChange() {}

  /**
   * Returns the description.
   *
   * @param before newest valid version before it, if known
   */
  static String of(PublishedPolicies published, Optional<PublishedPolicies> before) {
    String document = published.document();
    if (document == null) {
      return "deleted: the bootstrap set judges";
    }
    Validation<Seq<Fault>, PolicySet> set = PolicySet.parse(document);
    if (set.isInvalid()) {
      int faults = set.getError().size();
      return "not valid: " + faults + (faults == 1 ? " fault" : " faults");
    }
    return before
        .map(PublishedPolicies::document)
        .map(other -> PolicyOutline.changes(other, document))
        .orElseGet(() -> "first: " + String.join(", ", set.get().policyNames()));
  }
}
