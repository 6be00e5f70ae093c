package io.tailrace.policies;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the voters of one judge share: its token buckets, by the key that lets them outlive it, and
 * the place for what the policies within a composite one vote.
 */
final class Budgets {
  /** Tick of a steady flow. */
  static final long STEADY = 1;

  /** Tick of a budget for each second. */
  static final long EACH_SECOND = 1_000;

  private final double rateShare;
  private final Map<String, TokenBucket.Saved> saved;
  private final Map<String, TokenBucket> buckets;
  private final SubVotes subVotes = new SubVotes();
  private final String prefix;

  /**
   * @param rateShare share of every rate, in (0,1]
   */
  Budgets(double rateShare, Map<String, TokenBucket.Saved> saved) {
    this(rateShare, saved, new LinkedHashMap<>(), "");
  }

  private Budgets(
      double rateShare,
      Map<String, TokenBucket.Saved> saved,
      Map<String, TokenBucket> buckets,
      String prefix) {
    this.rateShare = rateShare;
    this.saved = saved;
    this.buckets = buckets;
    this.prefix = prefix;
  }

  /** Those of a set beside this one: what they count is apart, and saved with these. */
  Budgets beside(String name) {
    return new Budgets(rateShare, saved, buckets, name + " ");
  }

  /** A bucket as the saved one of this key was left, or else a full one. */
  TokenBucket bucket(String key, long capacity, long perSecond, long tickMillis) {
    TokenBucket bucket = new TokenBucket(capacity, perSecond * rateShare, tickMillis);
    String ownKey = prefix + key;
    if (saved.containsKey(ownKey)) {
      bucket.restore(saved.get(ownKey));
    }
    buckets.put(ownKey, bucket);
    return bucket;
  }

  SubVotes subVotes() {
    return subVotes;
  }

  boolean isEmpty() {
    return buckets.isEmpty();
  }

  Map<String, TokenBucket.Saved> save() {
    Map<String, TokenBucket.Saved> state = new LinkedHashMap<>();
    buckets.forEach((key, bucket) -> state.put(key, bucket.save()));
    return state;
  }
}
