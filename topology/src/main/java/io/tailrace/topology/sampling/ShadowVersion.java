package io.tailrace.topology.sampling;

import io.tailrace.policies.PolicySet;
import org.jspecify.annotations.Nullable;

/**
 * Shadow set and the log time of its activation.
 *
 * @param number as that of a {@link PolicyVersion}: both kinds of documents are on one topic
 * @param activeFrom log time, Unix milliseconds
 * @param set null if there is no shadow set from then on
 */
public record ShadowVersion(long number, long activeFrom, @Nullable PolicySet set) {
  static final ShadowVersion NONE = new ShadowVersion(0, Long.MIN_VALUE, null);

  ShadowVersion from(long time) {
    return new ShadowVersion(number, time, set);
  }
}
