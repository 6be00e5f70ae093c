package io.tailrace.topology.sampling;

import io.tailrace.policies.PolicySet;
import io.tailrace.topology.kafka.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Waits of a policy set: its own or the configured ones.
 *
 * @param configured waits for sets without their own
 * @param verdictRetention retention of verdicts
 * @param spanRetention retention of the topic for restoring open traces; empty if unlimited
 */
public record WaitRules(
    Waits configured, Duration verdictRetention, Optional<Duration> spanRetention) {
  /**
   * Ensures that a trace restored after a crash finds its verdict, however late in the wait it
   * began.
   */
  private static final int WAITS_IN_VERDICT_RETENTION = 2;

  public Waits of(PolicySet set) {
    return new Waits(
        set.decisionWait().map(Duration::toMillis).orElse(configured.decisionWait()),
        set.decisionWaitAfterRootReceived()
            .map(wait -> wait.isZero() ? Waits.NEVER : wait.toMillis())
            .orElse(configured.afterRoot()));
  }

  /** Returns the faults of these waits on this cluster. */
  public List<String> faults(Waits waits) {
    List<String> faults = new ArrayList<>();
    spanRetention.ifPresent(
        kept ->
            check(waits, kept, Topics.WAITS_IN_RETENTION, "the spans' topic retention", faults));
    check(waits, verdictRetention, WAITS_IN_VERDICT_RETENTION, "verdict_retention", faults);
    return faults;
  }

  private static void check(
      Waits waits, Duration kept, int waitsInIt, String name, List<String> faults) {
    long longest = kept.toMillis() / waitsInIt;
    if (waits.decisionWait() > longest) {
      faults.add(
          "decision_wait: %dms (expected: at most %dms, 1/%d of %s)"
              .formatted(waits.decisionWait(), longest, waitsInIt, name));
    }
  }
}
