package io.tailrace.topology.simulate;

import io.tailrace.topology.meters.BurnState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A stretch in which a key burned its error budget, in any partition, in JSON.
 *
 * @param from log time
 * @param until log time; null if it burns at the end
 * @param rate highest burn rate
 */
record BurnReport(String policy, String key, String from, @Nullable String until, double rate) {
  static BurnReport of(String policy, BurnState.Key burn) {
    return new BurnReport(
        policy,
        burn.text(),
        Instant.ofEpochMilli(burn.since()).toString(),
        burn.until() == null ? null : Instant.ofEpochMilli(burn.until()).toString(),
        burn.rate());
  }
}
