package io.tailrace.loadtests.oracle;

/** A verdict: kept by a policy of a version, or not kept. */
record Outcome(boolean kept, String policy, long policyVersion) {
  static final Outcome NOT_KEPT = new Outcome(false, "", -1);
}
