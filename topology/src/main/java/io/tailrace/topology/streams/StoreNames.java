package io.tailrace.topology.streams;

/** Names of the state stores. */
public final class StoreNames {
  static final String SPAN_BUFFER = "span-buffer";
  public static final String VERDICT_LEDGER = "verdict-ledger";
  static final String POLICY_STATE = "policy-state";

  private StoreNames() {}
}
