package io.tailrace.policies.budget;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Slots of log time of one judge. All traces of a slot are known before the first one is decided:
 * for each budget, in the order of evaluation, the policies vote on all traces to find those that
 * compete for it. Then every vote is a threshold. Not thread-safe.
 */
public final class Slots {
  /** Length of a slot in milliseconds of log time. */
  public static final long MILLIS = 1_000;

  /** Longest time that a slot is put off for want of tokens. */
  public static final long LONGEST_PUT_OFF = 10 * MILLIS;

  private static final long NEVER = Long.MIN_VALUE;

  /** What the budgets do when a policy asks them. */
  public enum Phase {
    /** No slot was closed so far: a budget pays trace by trace. */
    SEQUENTIAL,
    /** A trace is decided apart from the slots. Budgets use the last tau, and pay. */
    APART,
    /** Traces compete for one budget; those evaluated before it are settled. */
    COMPETE,
    /** A trace of a closed slot is decided. Budgets do not pay again. */
    DECIDE
  }

  /**
   * A budget and its owner.
   *
   * @param policy index of the policy that it belongs to
   * @param isShadow whether it cannot put off a slot
   * @param unit budgets of one unit put off a slot only if none of them keeps a trace
   */
  private record Owned(SlotBudgets budget, int policy, boolean isShadow, Object unit) {}

  private final List<Owned> budgets = new ArrayList<>();
  private final List<SlotBudgets> shared = new ArrayList<>();
  private Phase phase = Phase.SEQUENTIAL;
  private int competing;
  private boolean counts;
  private int policy;
  private boolean isShadow;
  private long putOffSince = NEVER;
  private long notBefore = NEVER;
  private long end = NEVER;

  /** Sets the policy that owns budgets added from now on. */
  public void belongTo(int policyIndex, boolean ofShadow) {
    policy = policyIndex;
    isShadow = ofShadow;
  }

  /** Returns the policy that owns budgets added now. */
  public int policy() {
    return policy;
  }

  public boolean isOfShadow() {
    return isShadow;
  }

  /**
   * Adds a budget, after all that are evaluated before it. Returns its place in that order.
   *
   * @param unit budgets of one unit put off a slot only if none of them keeps a trace
   */
  public int add(SlotBudgets budget, Object unit) {
    budgets.add(new Owned(budget, policy, isShadow, unit));
    return budgets.size() - 1;
  }

  /** Adds a budget that pays for others only. */
  public void addShared(SlotBudgets budget) {
    shared.add(budget);
  }

  public boolean isEmpty() {
    return budgets.isEmpty();
  }

  public Phase phase() {
    return phase;
  }

  /** Returns whether traces compete for the budget at this place now. */
  public boolean isCompeting(int place) {
    return place == competing;
  }

  /** Returns whether the competition for the budget at this place has ended. */
  public boolean isSettled(int place) {
    return place < competing;
  }

  /** The next decision is that of a trace of the closed slot. */
  public void decideInSlot() {
    phase = Phase.DECIDE;
  }

  /** The next decision is that of a trace apart from the slots. */
  public void decideApart() {
    phase = end == NEVER ? Phase.SEQUENTIAL : Phase.APART;
  }

  /** Sets whether the next votes count, or only their thresholds do. */
  public void count(boolean votesCount) {
    counts = votesCount;
  }

  /** Returns whether a vote is part of a decision, so that policies learn from the trace. */
  public boolean counts() {
    return counts && phase != Phase.COMPETE;
  }

  /** Votes on all traces of a slot with the policy of this index. */
  public interface Ballot {
    void vote(int policy);
  }

  /**
   * Closes a slot.
   *
   * @param logTimeMillis end of the slot
   * @param mayPutOff whether the slot can be merged into the next
   * @return false if the slot is merged into the next, as tokens for its traces are yet to come
   */
  public boolean close(long logTimeMillis, boolean mayPutOff, Ballot ballot) {
    List<SlotBudgets> all = new ArrayList<>(shared);
    budgets.forEach(each -> all.add(each.budget));
    List<byte[]> before = all.stream().map(SlotBudgets::save).toList();
    phase = Phase.COMPETE;
    for (competing = 0; competing < budgets.size(); competing++) {
      Owned each = budgets.get(competing);
      each.budget.open();
      ballot.vote(each.policy);
      each.budget.settle(logTimeMillis);
    }
    if (mayPutOff && wants(logTimeMillis)) {
      for (int i = 0; i < before.size(); i++) {
        all.get(i).restore(ByteBuffer.wrap(before.get(i)));
      }
      putOffSince = putOffSince == NEVER ? logTimeMillis : putOffSince;
      notBefore = logTimeMillis + MILLIS;
      return false;
    }
    putOffSince = NEVER;
    notBefore = NEVER;
    end = logTimeMillis;
    return true;
  }

  /** Returns the end of the slot that an earlier one was merged into; the least value if none. */
  public long notBefore() {
    return notBefore;
  }

  /** Whether a unit kept no trace though it soon can. */
  private boolean wants(long logTimeMillis) {
    long last = (putOffSince == NEVER ? logTimeMillis : putOffSince) + LONGEST_PUT_OFF;
    if (logTimeMillis >= last) {
      return false;
    }
    Set<Object> waiting = new HashSet<>();
    Set<Object> keeping = new HashSet<>();
    for (Owned each : budgets) {
      if (each.isShadow) {
        continue;
      }
      if (each.budget.keptNone() && each.budget.canPayBy(last)) {
        waiting.add(each.unit);
      } else if (each.budget.hasCompetitors() && !each.budget.keptNone()) {
        keeping.add(each.unit);
      }
    }
    waiting.removeAll(keeping);
    return !waiting.isEmpty();
  }

  /** Returns the end of the slot that was closed last; the least value if none was. */
  public long end() {
    return end;
  }

  public byte[] save() {
    return ByteBuffer.allocate(3 * Long.BYTES)
        .putLong(putOffSince)
        .putLong(notBefore)
        .putLong(end)
        .array();
  }

  public void restore(ByteBuffer saved) {
    putOffSince = saved.getLong();
    notBefore = saved.getLong();
    end = saved.getLong();
  }
}
