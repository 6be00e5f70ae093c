package io.tailrace.topology;

import io.tailrace.policies.PolicySet;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The waits of a policy set: its own, or the configured ones.
 *
 * @param configured the waits that hold unless a set has its own
 * @param retention of the topic that open traces are restored from; empty: for ever
 */
record WaitRules(Waits configured, Optional<Duration> retention) {
  Waits of(PolicySet set) {
    return new Waits(
        set.decisionWait().map(Duration::toMillis).orElse(configured.decisionWait()),
        set.decisionWaitAfterRootReceived().map(Duration::toMillis).orElse(configured.afterRoot()));
  }

  /** What is wrong with them on this cluster. */
  List<String> faults(Waits waits) {
    long longest =
        retention.map(kept -> kept.toMillis() / Topics.WAITS_IN_RETENTION).orElse(Long.MAX_VALUE);
    return waits.decisionWait() <= longest
        ? List.of()
        : List.of(
            "decision_wait: %dms (expected: at most %dms, 1/%d of the retention of the spans' topic)"
                .formatted(waits.decisionWait(), longest, Topics.WAITS_IN_RETENTION));
  }
}
