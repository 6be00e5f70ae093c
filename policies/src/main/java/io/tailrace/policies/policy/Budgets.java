package io.tailrace.policies.policy;

import io.tailrace.policies.adaptive.KeyTraffic;
import io.tailrace.policies.adaptive.Learning;
import io.tailrace.policies.budget.GroupBudgets;
import io.tailrace.policies.budget.SlotBudget;
import io.tailrace.policies.budget.SlotBudgets;
import io.tailrace.policies.budget.Slots;
import io.tailrace.policies.budget.TokenBucket;
import io.tailrace.policies.budget.Watch;
import io.tailrace.policies.slo.BurnRates;
import io.tailrace.policies.slo.BurnRules;
import io.tailrace.policies.slo.BurnWatch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.DoubleFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * State shared by the voters of one judge: budgets by state key, their slots, and the votes of
 * sub-policies of {@code composite} policies. The state key identifies a budget in the saved state.
 */
public final class Budgets {
  /** Tick of a bucket that refills every millisecond. */
  public static final long STEADY = 1;

  /** Tick of a bucket that refills once a second. */
  public static final long EACH_SECOND = 1_000;

  private static final String SLOTS = "slots";

  private static final Voter NO_VOTE = (trace, logTimeMillis) -> Votes.ABSTAINS;

  private final double rateShare;
  private final Map<String, byte[]> saved;
  private final Map<String, Supplier<byte[]>> state;
  private final List<Watch> watches = new ArrayList<>();
  private final List<BurnWatch> burnWatches = new ArrayList<>();
  private final List<TraceCounter> counters = new ArrayList<>();
  private final SubVotes subVotes = new SubVotes();
  private final Slots slots = new Slots();
  private final String prefix;
  private boolean abstains;

  /**
   * @param rateShare fraction of every configured rate, in (0,1]; 0 if there are no budgets
   * @param saved state of an earlier judge by state key
   */
  public Budgets(double rateShare, Map<String, byte[]> saved) {
    this(rateShare, saved, new LinkedHashMap<>(), "");
  }

  /** Creates budgets of which nothing can be spent: policies with a budget do not vote. */
  public static Budgets none() {
    return new Budgets(0, Map.of());
  }

  private Budgets(
      double rateShare,
      Map<String, byte[]> saved,
      Map<String, Supplier<byte[]>> state,
      String prefix) {
    this.rateShare = rateShare;
    this.saved = saved;
    this.state = state;
    this.prefix = prefix;
  }

  /**
   * Returns budgets for a shadow set. Its budgets are separate and are saved together with these.
   */
  public Budgets beside(String name) {
    return new Budgets(rateShare, saved, state, name + " ");
  }

  /**
   * Creates a bucket with the saved level of this key, or a full one if there is no saved level.
   */
  public TokenBucket bucket(String key, long capacity, long perSecond, long tickMillis) {
    TokenBucket bucket = new TokenBucket(capacity, perSecond * rateShare, tickMillis);
    restore(key, bucket::restore, bucket::save);
    return bucket;
  }

  /**
   * Creates a budget that is spent in slots and never exceeded, with the saved level of this key.
   *
   * @param around budget that has to pay as well; null if there is none
   */
  public SlotBudget strictBudget(
      String key, long capacity, long perSecond, long tickMillis, @Nullable SlotBudget around) {
    SlotBudget budget = strict((double) capacity, (double) perSecond, tickMillis, around);
    restore(key, budget::restore, budget::save);
    noteSlots();
    return budget;
  }

  private SlotBudget strict(
      double capacity, double perSecond, long tickMillis, @Nullable SlotBudget around) {
    return new SlotBudget(
        new TokenBucket(capacity, perSecond * rateShare, tickMillis), true, capacity, around);
  }

  /**
   * Creates budgets of groups that are spent in slots and never exceeded.
   *
   * @param perSecond rate of groups without an override
   * @param burstSeconds burst of each group, as a time at its rate
   */
  public GroupBudgets strictGroups(String key, Grouping by, double perSecond, double burstSeconds) {
    return groups(key, by, perSecond, rate -> strict(rate * burstSeconds, rate, STEADY, null));
  }

  /** Creates budgets of groups, as {@link #budget}. */
  public GroupBudgets groups(String key, Grouping by, double perSecond) {
    return groups(key, by, perSecond, this::withDebt);
  }

  private GroupBudgets groups(
      String key, Grouping by, double perSecond, DoubleFunction<SlotBudget> ofRate) {
    GroupBudgets groups =
        new GroupBudgets(
            by.fingerprint(),
            by.maxGroups(),
            group -> ofRate.apply(by.rate(group, perSecond)),
            ofRate.apply(perSecond));
    restore(key, groups::restore, groups::save);
    noteSlots();
    return groups;
  }

  /**
   * Creates a budget that is spent in slots, of which the last trace can take more than there is,
   * with the saved level of this key. Unused tokens are kept for one slot, and a trace costs at
   * most what {@link Slots#LONGEST_PUT_OFF} brings.
   */
  public SlotBudget budget(String key, double perSecond) {
    SlotBudget budget = withDebt(perSecond);
    restore(key, budget::restore, budget::save);
    noteSlots();
    return budget;
  }

  private SlotBudget withDebt(double perSecond) {
    double share = perSecond * rateShare;
    return new SlotBudget(
        new TokenBucket(share * Slots.MILLIS / 1_000, share, STEADY),
        false,
        share * Slots.LONGEST_PUT_OFF / 1_000,
        null);
  }

  /** Creates the traffic that an adaptive policy learns, with the saved state of this key. */
  public KeyTraffic traffic(String key, Learning learning) {
    KeyTraffic traffic = new KeyTraffic(learning.shared(rateShare));
    restore(key, traffic::restore, traffic::save);
    return traffic;
  }

  /** Creates the burn rates of the current policy, with the saved state of this key. */
  public BurnRates burnRates(String key, BurnRules rules) {
    BurnRates rates = new BurnRates(rules);
    restore(key, rates::restore, rates::save);
    return rates;
  }

  /** Adds a counter of all traces, whatever the policies before this one vote. */
  public void addCounter(TraceCounter counter) {
    counters.add(counter);
  }

  /** Counts a trace that is being decided. */
  public void count(TraceFacts trace, long logTimeMillis) {
    for (int i = 0; i < counters.size(); i++) {
      counters.get(i).count(trace, logTimeMillis);
    }
  }

  /** Shows burn rates of the current policy to people. */
  public void show(BurnRates rates, int fingerprint) {
    if (!slots.isOfShadow()) {
      burnWatches.add(new BurnWatch(slots.policy(), fingerprint, rates));
    }
  }

  /** Returns the burn rates that are shown to people, in document order. */
  public List<BurnWatch> burnWatches() {
    return burnWatches;
  }

  /** Shows a bucket of the current policy to people. */
  public void show(boolean isBytes, TokenBucket bucket) {
    show(new Watch(slots.policy(), -1, isBytes, bucket, null, null, -1));
  }

  /**
   * Shows budgets of the current policy to people.
   *
   * @param subPolicy index of the sub-policy that they belong to, or -1
   */
  public void show(int subPolicy, boolean isBytes, SlotBudgets budgets) {
    show(new Watch(slots.policy(), subPolicy, isBytes, null, budgets, null, -1));
  }

  /**
   * Shows the learnt traffic of the current policy to people.
   *
   * @param budgets null if the policy has none
   */
  public void show(KeyTraffic traffic, int fingerprint, @Nullable SlotBudgets budgets) {
    show(new Watch(slots.policy(), -1, false, null, budgets, traffic, fingerprint));
  }

  private void show(Watch watch) {
    boolean isShown =
        watches.stream()
            .anyMatch(
                other ->
                    other.policy() == watch.policy()
                        && other.subPolicy() == watch.subPolicy()
                        && other.isBytes() == watch.isBytes());
    if (!slots.isOfShadow() && !isShown) { // else it is nested in a policy with a budget
      watches.add(watch);
    }
  }

  /** Returns the budgets and keys that are shown to people, in document order. */
  public List<Watch> watches() {
    return watches;
  }

  private void noteSlots() {
    if (!state.containsKey(prefix + SLOTS)) {
      restore(SLOTS, slots::restore, slots::save);
    }
  }

  private void restore(String key, Consumer<ByteBuffer> restore, Supplier<byte[]> save) {
    byte[] level = saved.get(prefix + key);
    if (level != null) {
      restore.accept(ByteBuffer.wrap(level));
    }
    state.put(prefix + key, save);
  }

  /** Returns the voter of a policy with a budget, or one that never votes if there are none. */
  public Voter voter(Supplier<Voter> withBudget) {
    if (rateShare > 0) {
      return withBudget.get();
    }
    abstains = true;
    return NO_VOTE;
  }

  /** Returns whether a policy has no vote, as there are no budgets. */
  public boolean abstains() {
    return abstains;
  }

  public Slots slots() {
    return slots;
  }

  public SubVotes subVotes() {
    return subVotes;
  }

  public boolean isEmpty() {
    return state.isEmpty();
  }

  public Map<String, byte[]> save() {
    Map<String, byte[]> now = new LinkedHashMap<>();
    state.forEach((key, save) -> now.put(key, save.get()));
    return now;
  }
}
