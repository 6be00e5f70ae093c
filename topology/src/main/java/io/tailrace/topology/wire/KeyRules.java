package io.tailrace.topology.wire;

import io.tailrace.policies.export.KeyRule;
import io.tailrace.policies.export.Redaction;
import io.tailrace.serdes.AttributeKey;
import io.tailrace.serdes.MalformedOtlpException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Rules of keys, remembered by their bytes: a key that was seen before creates no objects and
 * matches no patterns. Bounded, whatever keys come. Not thread-safe.
 */
final class KeyRules {
  private static final int BUCKETS = 1 << 11;
  private static final int PER_BUCKET = 4;
  private static final int MAX_BYTES = 128; // of a key that is remembered
  private static final int PRIME = 31;

  /** A key and what it decides. */
  record Known(byte[] bytes, String key, KeyRule rule) {}

  private final Redaction redaction;
  private final @Nullable Known[] known = new @Nullable Known[BUCKETS * PER_BUCKET];
  private int next;

  KeyRules(Redaction redaction) {
    this.redaction = redaction;
  }

  /**
   * Returns the rule of a key.
   *
   * @throws MalformedOtlpException if it is not UTF-8
   */
  Known of(byte[] record, int from, int to) throws MalformedOtlpException {
    int hash = 1;
    for (int i = from; i < to; i++) {
      hash = PRIME * hash + record[i];
    }
    int bucket = ((hash ^ (hash >>> 16)) & (BUCKETS - 1)) * PER_BUCKET;
    for (int i = bucket; i < bucket + PER_BUCKET; i++) {
      Known found = known[i];
      if (found != null && Arrays.equals(found.bytes, 0, found.bytes.length, record, from, to)) {
        return found;
      }
    }
    String key = AttributeKey.text(record, from, to);
    Known found = new Known(Arrays.copyOfRange(record, from, to), key, redaction.of(key));
    if (to - from <= MAX_BYTES) {
      known[bucket + next] = found;
      next = (next + 1) % PER_BUCKET;
    }
    return found;
  }
}
