package io.tailrace.loadtests;

import io.tailrace.topology.instance.Engine;

/** What the meters of an instance say of its policies. */
final class PolicyGauges {
  private PolicyGauges() {}

  /** The version that its tasks apply. */
  static double version(Engine engine) {
    return engine.metrics().get("tailrace.policy.version").gauge().value();
  }

  /** Documents that it has refused so far. */
  static double refused(Engine engine) {
    return engine
        .metrics()
        .get("tailrace.policy.documents")
        .tag("result", "refused")
        .counter()
        .count();
  }
}
