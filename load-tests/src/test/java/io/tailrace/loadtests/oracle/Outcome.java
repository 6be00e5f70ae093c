package io.tailrace.loadtests.oracle;

/** A verdict: kept by a policy of a version with a sampling threshold, or not kept. */
record Outcome(boolean kept, String policy, long policyVersion, String threshold) {
  static final Outcome NOT_KEPT = new Outcome(false, "", -1, "");

  /** Kept for a reason that the log does not determine, such as a budget or a request. */
  static final Outcome KEPT_SOMEHOW = new Outcome(true, "", -1, "");
}
