package io.tailrace.policies.budget;

import io.tailrace.policies.fingerprint.KeyedTrace;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongFunction;

/**
 * A budget for each group of traces, and one for all groups above a bound. Groups that do without
 * their budget are forgotten. Mutable, not thread-safe.
 */
public final class GroupBudgets implements SlotBudgets {
  private final int fingerprint;
  private final int maxGroups;
  private final LongFunction<SlotBudget> creator;
  private final SlotBudget rest;

  /** By the hash of their fingerprint. */
  private final Map<Long, SlotBudget> groups = new TreeMap<>();

  /** Groups that came up in this slot. In order, so that the order of traces has no effect. */
  private final Map<Long, SlotBudget> newcomers = new TreeMap<>();

  /**
   * @param fingerprint index of the fingerprint that tells groups apart
   * @param creator creates the full budget of a group
   * @param rest budget of all groups above the bound
   */
  public GroupBudgets(
      int fingerprint, int maxGroups, LongFunction<SlotBudget> creator, SlotBudget rest) {
    this.fingerprint = fingerprint;
    this.maxGroups = maxGroups;
    this.creator = creator;
    this.rest = rest;
  }

  @Override
  public SlotBudget of(KeyedTrace trace, boolean competes) {
    long group = trace.fingerprint(fingerprint);
    SlotBudget known = groups.get(group);
    if (known != null) {
      return known;
    } else if (competes) {
      return newcomers.computeIfAbsent(group, creator::apply);
    }
    return groups.size() < maxGroups ? creator.apply(group) : rest;
  }

  @Override
  public SlotBudget shown() {
    return rest;
  }

  /** Returns the groups with the fewest tokens for their goal. Changes nothing. */
  public PolicyBudget.Groups shortest(int most, long logTimeMillis) {
    List<PolicyBudget.Group> shortest =
        groups.entrySet().stream()
            .map(group -> state(group.getKey(), group.getValue(), logTimeMillis))
            .sorted(Comparator.comparingDouble(group -> group.tokens() / group.goal()))
            .limit(most)
            .toList();
    return new PolicyBudget.Groups(groups.size(), shortest);
  }

  private static PolicyBudget.Group state(long group, SlotBudget budget, long logTimeMillis) {
    TokenBucket bucket = budget.bucket();
    return new PolicyBudget.Group(
        group, bucket.perSecond(), bucket.level(logTimeMillis), budget.threshold(1, 0));
  }

  @Override
  public void open() {
    admit(); // those that came apart from the slots
    groups.values().forEach(SlotBudget::open);
    rest.open();
  }

  private void admit() {
    newcomers.forEach(
        (group, budget) -> {
          if (groups.size() < maxGroups) {
            groups.put(group, budget);
          } else {
            rest.compete(budget);
          }
        });
    newcomers.clear();
  }

  @Override
  public void settle(long logTimeMillis) {
    admit();
    groups.values().forEach(budget -> budget.settle(logTimeMillis));
    rest.settle(logTimeMillis);
    for (Iterator<SlotBudget> each = groups.values().iterator(); each.hasNext(); ) {
      SlotBudget budget = each.next();
      if (!budget.hasCompetitors() && budget.isFull(logTimeMillis)) {
        each.remove();
      }
    }
  }

  @Override
  public boolean hasCompetitors() {
    return rest.hasCompetitors() || groups.values().stream().anyMatch(SlotBudget::hasCompetitors);
  }

  /** Only if no group kept any: the others must not wait for a group without tokens. */
  @Override
  public boolean keptNone() {
    return hasCompetitors()
        && isEmptyOrKeptNone(rest)
        && groups.values().stream().allMatch(GroupBudgets::isEmptyOrKeptNone);
  }

  private static boolean isEmptyOrKeptNone(SlotBudget budget) {
    return !budget.hasCompetitors() || budget.keptNone();
  }

  @Override
  public boolean canPayBy(long logTimeMillis) {
    return (rest.keptNone() && rest.canPayBy(logTimeMillis))
        || groups.values().stream()
            .anyMatch(budget -> budget.keptNone() && budget.canPayBy(logTimeMillis));
  }

  @Override
  public byte[] save() {
    admit(); // what they paid apart from the slots is part of the state
    byte[] restState = rest.save();
    int row = Long.BYTES + restState.length;
    ByteBuffer out =
        ByteBuffer.allocate(Integer.BYTES + restState.length + groups.size() * row)
            .putInt(groups.size())
            .put(restState);
    groups.forEach((group, budget) -> out.putLong(group).put(budget.save()));
    return out.array();
  }

  @Override
  public void restore(ByteBuffer saved) {
    groups.clear();
    newcomers.clear();
    int count = saved.getInt();
    rest.restore(saved);
    for (int i = 0; i < count; i++) {
      long group = saved.getLong();
      SlotBudget budget = creator.apply(group);
      budget.restore(saved);
      groups.put(group, budget);
    }
  }
}
