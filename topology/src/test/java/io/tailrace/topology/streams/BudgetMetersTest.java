package io.tailrace.topology.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.micrometer.core.instrument.Gauge;
import io.opentelemetry.proto.trace.v1.Span;
import io.tailrace.topology.sampling.BudgetState;
import io.tailrace.topology.sampling.Otlp;
import io.tailrace.topology.sampling.Waits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a task shows of its budgets and keys. */
class BudgetMetersTest {
  private static final String BUDGET =
      """
      policies:
        - name: budget
          type: adaptive_throughput
          adaptive_throughput:
            goal_throughput: 20
            fingerprint_attributes: [root.name]
            adjustment_interval: 1s
      """;

  @TempDir Path directory;
  private final SplittableRandom random = new SplittableRandom(7);
  private SamplerHarness sampler;

  @AfterEach
  void close() {
    sampler.close();
  }

  private void start(String policies) {
    sampler =
        new SamplerHarness.Builder(directory).policies(policies).waits(2_000, Waits.NEVER).start();
  }

  /** Sends so many traces in each second, of one span, and lets the task publish its state. */
  private void seconds(int from, int to, int frequent, int rare) {
    for (int second = from; second < to; second++) {
      for (int i = 0; i < frequent + rare; i++) {
        sampler.send(second * 1_000L, root(i < frequent ? "frequent" : "rare"));
      }
    }
    sampler.driver.advanceWallClockTime(Duration.ofSeconds(2));
  }

  private Span root(String name) {
    return Otlp.span(random.nextLong()).toBuilder().setName(name).build();
  }

  private List<BudgetState> states() {
    return sampler.metrics.tasks().iterator().next().budgets();
  }

  private double gauge(String name, String policy) {
    return sampler.meters.get(name).tag("policy", policy).gauge().value();
  }

  @Test
  void showsKeysByName_theirTrafficAndProbability() {
    start(BUDGET);
    seconds(0, 30, 60, 4);

    BudgetState budget = states().get(0);
    assertThat(budget.policy()).isEqualTo("budget");
    assertThat(budget.goal()).isEqualTo(20);
    assertThat(budget.top()).extracting(BudgetState.Key::text).containsExactly("frequent", "rare");
    BudgetState.Key frequent = budget.top().get(0);
    assertThat(frequent.spans()).isCloseTo(60, within(1.));
    double kept = sampler.count("tailrace.policy.kept.spans", "policy", "budget") / 27;
    double expected = budget.top().stream().mapToDouble(k -> k.spans() * k.probability()).sum();
    assertThat(kept).isCloseTo(20, within(3.));
    assertThat(expected).isCloseTo(kept, within(6.));

    assertThat(gauge("tailrace.policy.goal", "budget")).isEqualTo(20);
    assertThat(gauge("tailrace.policy.keys", "budget")).isEqualTo(2);
    assertThat(gauge("tailrace.policy.other.spans", "budget")).isZero();
    assertThat(gauge("tailrace.policy.tokens", "budget")).isLessThanOrEqualTo(20);
    assertThat(sampler.count("tailrace.slots.closed")).isBetween(25., 30.);
    assertThat(sampler.count("tailrace.slots.put.off")).isZero();
  }

  @Test
  void countsSlotsThatTheBudgetPutsOff() {
    start(BUDGET.replace("20", "0.3"));
    seconds(0, 30, 10, 1);

    assertThat(sampler.count("tailrace.slots.put.off")).isPositive();
    assertThat(gauge("tailrace.policy.tokens", "budget")).isLessThan(.3);
  }

  @Test
  void showsGroups_thoseWithTheFewestTokensFirst() {
    start(
        """
        policies:
          - name: tenants
            type: rate_limiting
            rate_limiting:
              spans_per_second: 5
              group_by: [root.name]
              overrides: {rare: 50}
        """);
    seconds(0, 10, 30, 2);

    BudgetState budget = states().get(0);
    assertThat(budget.groups()).isEqualTo(2);
    assertThat(budget.shortest())
        .extracting(BudgetState.Group::text, BudgetState.Group::goal)
        .containsExactly(tuple("frequent", 5.), tuple("rare", 50.));
    BudgetState.Group frequent = budget.shortest().get(0);
    assertThat(frequent.slotProbability()).isCloseTo(5 / 30., within(.1));
    assertThat(budget.shortest().get(1).slotProbability()).isEqualTo(1);
    assertThat(gauge("tailrace.policy.groups", "tenants")).isEqualTo(2);
  }

  @Test
  void looksAtMostEveryTwoSeconds() {
    start(BUDGET);
    seconds(0, 10, 5, 1);
    List<BudgetState> before = states();
    sampler.tick();
    assertThat(states()).isSameAs(before);
    sampler.driver.advanceWallClockTime(Duration.ofSeconds(2));
    assertThat(states()).isNotSameAs(before);
  }

  @Test
  void showsAtMost200Keys() {
    start(BUDGET);
    for (int second = 0; second < 10; second++) {
      for (int i = 0; i < 300; i++) {
        sampler.send(second * 1_000L, root("key " + i));
      }
      sampler.driver.advanceWallClockTime(Duration.ofSeconds(2));
    }
    BudgetState budget = states().get(0);
    assertThat(budget.keys()).isEqualTo(300);
    assertThat(budget.top()).hasSize(200).allMatch(key -> key.text().startsWith("key "));
  }

  @Test
  void policiesThatAreGoneHaveNoGoal() {
    start(BUDGET);
    seconds(0, 10, 5, 1);
    sampler.publish(
        1,
        10_000,
        "policies: [{name: r, type: rate_limiting, rate_limiting: {spans_per_second: 5}}]");
    seconds(10, 20, 5, 1);

    assertThat(gauge("tailrace.policy.goal", "budget")).isZero();
    assertThat(gauge("tailrace.policy.goal", "r")).isEqualTo(5);
    assertThat(sampler.meters.get("tailrace.policy.goal").gauges())
        .extracting(Gauge::getId)
        .extracting(id -> id.getTag("unit"))
        .containsOnly("span");
    assertThat(states().get(0).slotProbability()).isBetween(0., 1.);
    assertThat(states().get(0).top()).isNull();
  }
}
