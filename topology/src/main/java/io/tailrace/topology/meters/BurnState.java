package io.tailrace.topology.meters;

import io.tailrace.policies.slo.Burn;
import io.tailrace.policies.slo.PolicyBurns;
import io.tailrace.topology.sampling.DueRounds;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keys that burn the error budget of a {@code slo_burn} policy, of one task or several. Immutable.
 *
 * @param keys number of keys that are counted apart, in the task that has most
 * @param rate highest burn rate of a key now; 1 spends exactly the error budget
 * @param burning keys that burn, the highest rate first
 * @param ended latest burns that ended, the latest first
 */
public record BurnState(String policy, int keys, double rate, List<Key> burning, List<Key> ended) {
  /** Burns that are shown of those that ended. */
  private static final int MOST_ENDED = 20;

  private static final String ALL_TRACES = "(all traces)";
  private static final String OTHER_KEYS = "(other keys)";

  /**
   * A key that burns, or did.
   *
   * @param id hash of the fingerprint in hexadecimal digits, or its text if there is no hash
   * @param text the fingerprint, or the hash if its text is not known
   * @param since log time from which on it burns, Unix milliseconds
   * @param until log time at which it stopped; null if it burns
   * @param rate highest burn rate since then
   * @param partitions number of partitions in which it burns
   */
  public record Key(
      String id, String text, long since, @Nullable Long until, double rate, int partitions) {
    private long end() {
      return until == null ? Long.MAX_VALUE : until;
    }

    private Key with(Key other) {
      boolean isNamed = !text.equals(id);
      return new Key(
          id,
          isNamed ? text : other.text,
          Math.min(since, other.since),
          until == null || other.until == null ? null : (Long) Math.max(until, other.until),
          Math.max(rate, other.rate),
          partitions + other.partitions);
    }
  }

  /** Returns the states of a task, in document order. */
  public static List<BurnState> of(DueRounds rounds) {
    return rounds.burns().stream().map(burns -> of(burns, rounds)).toList();
  }

  private static BurnState of(PolicyBurns burns, DueRounds rounds) {
    boolean hasKeys = burns.fingerprint() >= 0;
    return new BurnState(
        rounds.policyName(burns.policy()),
        burns.keys(),
        burns.rate(),
        burns.burning().stream().map(burn -> key(burn, hasKeys, rounds)).toList(),
        latestFirst(burns.ended().stream().map(burn -> key(burn, hasKeys, rounds))));
  }

  private static Key key(Burn burn, boolean hasKeys, DueRounds rounds) {
    boolean isHash = hasKeys && !burn.isOther();
    String other = burn.isOther() && hasKeys ? OTHER_KEYS : ALL_TRACES;
    return new Key(
        isHash ? Long.toHexString(burn.key()) : other,
        isHash ? rounds.keyText(burn.key()) : other,
        burn.sinceMillis(),
        burn.untilMillis() == Burn.GOES_ON ? null : (Long) burn.untilMillis(),
        burn.rate(),
        1);
  }

  private static List<Key> latestFirst(Stream<Key> ended) {
    return ended.sorted(Comparator.comparingLong(Key::end).reversed()).limit(MOST_ENDED).toList();
  }

  /** Returns the sum for each policy, in the order of their first states. */
  public static List<BurnState> sum(Collection<BurnState> states) {
    Map<String, BurnState> sums = new LinkedHashMap<>();
    states.forEach(state -> sums.merge(state.policy, state, BurnState::with));
    return List.copyOf(sums.values());
  }

  private BurnState with(BurnState other) {
    return new BurnState(
        policy,
        Math.max(keys, other.keys),
        Math.max(rate, other.rate),
        joined(Stream.concat(burning.stream(), other.burning.stream())).stream()
            .sorted(Comparator.comparingDouble(Key::rate).reversed())
            .toList(),
        latestFirst(joined(Stream.concat(ended.stream(), other.ended.stream())).stream()));
  }

  /** Returns the burns by their begin, with one for those of a key that overlap. */
  public static List<Key> joined(Stream<Key> burns) {
    List<Key> joined = new ArrayList<>();
    Map<String, Integer> latest = new LinkedHashMap<>();
    burns
        .sorted(Comparator.comparingLong(Key::since))
        .forEach(
            burn -> {
              Integer at = latest.get(burn.id);
              if (at != null && burn.since <= joined.get(at).end()) {
                joined.set(at, joined.get(at).with(burn));
              } else {
                latest.put(burn.id, joined.size());
                joined.add(burn);
              }
            });
    return joined;
  }
}
