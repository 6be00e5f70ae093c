package io.tailrace.policies.budget;

import io.tailrace.policies.fingerprint.KeyedTrace;
import java.nio.ByteBuffer;

/** One budget, or one for each group of traces, for which the traces of a slot compete. */
public interface SlotBudgets {
  /**
   * Returns the budget that pays for a trace.
   *
   * @param competes whether the trace competes for it or pays; otherwise only the threshold is
   *     asked for
   */
  SlotBudget of(KeyedTrace trace, boolean competes);

  /** Returns the budget to show to people: of groups, the one of those above the bound. */
  SlotBudget shown();

  /** Starts the competition of a slot. */
  void open();

  /** Ends the competition and spends the tokens. */
  void settle(long logTimeMillis);

  boolean hasCompetitors();

  /** Returns whether traces competed in the last slot and the tokens paid for none. */
  boolean keptNone();

  /** Returns whether the first trace of a slot that kept none can be paid for by this time. */
  boolean canPayBy(long logTimeMillis);

  byte[] save();

  /** Restores saved budgets, or the level of a saved bucket. */
  void restore(ByteBuffer saved);
}
