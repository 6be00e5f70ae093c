package io.tailrace.topology.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.topology.streams.SamplerHarness;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WaitsTest {
  private final OpenTrace trace = new OpenTrace(0, 1, 100_000, 0);

  @Test
  void rootMakesDueSooner_neverLater() {
    Waits waits = new Waits(30_000, 5_000);
    assertThat(waits.due(trace)).isEqualTo(130_000);

    trace.rootSeen = 103_000;
    assertThat(waits.due(trace)).isEqualTo(108_000);

    trace.rootSeen = 128_000;
    assertThat(waits.due(trace)).isEqualTo(130_000);
  }

  @Test
  void rootMeansNothing_unlessItsWaitIsShorter() {
    trace.rootSeen = 100_000;

    assertThat(new Waits(30_000, 30_000).due(trace)).isEqualTo(130_000);
    assertThat(new Waits(30_000, Waits.NEVER).due(trace)).isEqualTo(130_000);
  }

  @Test
  void aPolicySetsOwnWaitsWin() {
    Waits configured = new Waits(30_000, 5_000);
    WaitRules rules = new WaitRules(configured, Duration.ofMinutes(10), Optional.empty());

    assertThat(rules.of(SamplerHarness.set("policies: [{name: all, type: always_sample}]")))
        .isEqualTo(configured);
    assertThat(
            rules.of(
                SamplerHarness.set(
                    """
                    decision_wait: 10s
                    decision_wait_after_root_received: 2s
                    policies: [{name: all, type: always_sample}]
                    """)))
        .isEqualTo(new Waits(10_000, 2_000));
    assertThat(
            rules.of(
                SamplerHarness.set(
                    """
                    decision_wait_after_root_received: 0s
                    policies: [{name: all, type: always_sample}]
                    """)))
        .isEqualTo(new Waits(configured.decisionWait(), Waits.NEVER));
  }

  @Test
  void refusesWaitsThatTheRetentionsCannotBear() {
    WaitRules rules =
        new WaitRules(
            new Waits(30_000, Waits.NEVER),
            Duration.ofMinutes(2),
            Optional.of(Duration.ofMinutes(5)));

    assertThat(rules.faults(new Waits(30_000, Waits.NEVER))).isEmpty();
    assertThat(rules.faults(new Waits(60_001, Waits.NEVER)))
        .containsExactly(
            "decision_wait: 60001ms (expected: at most 30000ms, 1/10 of the spans' topic retention)",
            "decision_wait: 60001ms (expected: at most 60000ms, 1/2 of verdict_retention)");
  }

  @Test
  void spansThatAreKeptForEverBearAnyWait() {
    WaitRules rules =
        new WaitRules(new Waits(30_000, Waits.NEVER), Duration.ofDays(10), Optional.empty());

    assertThat(rules.faults(new Waits(Duration.ofDays(5).toMillis(), Waits.NEVER))).isEmpty();
  }
}
