package io.tailrace.policies;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * State shared by the voters of one judge: token buckets by state key, and the votes of
 * sub-policies of {@code composite} policies. The state key identifies a bucket in the saved state.
 */
final class Budgets {
  /** Tick of a bucket that refills every millisecond. */
  static final long STEADY = 1;

  /** Tick of a bucket that refills once a second. */
  static final long EACH_SECOND = 1_000;

  private final double rateShare;
  private final Map<String, TokenBucket.Saved> saved;
  private final Map<String, TokenBucket> buckets;
  private final SubVotes subVotes = new SubVotes();
  private final String prefix;

  /**
   * @param rateShare fraction of every configured rate, in (0,1]
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

  /**
   * Returns budgets for a shadow set. Its buckets are separate and are saved together with these.
   */
  Budgets beside(String name) {
    return new Budgets(rateShare, saved, buckets, name + " ");
  }

  /**
   * Creates a bucket with the saved level of this key, or a full one if there is no saved level.
   */
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
