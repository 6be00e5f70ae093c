package io.tailrace.topology;

/** Names of the state stores. */
final class StoreNames {
  static final String SPAN_BUFFER = "span-buffer";
  static final String VERDICT_LEDGER = "verdict-ledger";
  static final String POLICY_STATE = "policy-state";

  private StoreNames() {}
}
