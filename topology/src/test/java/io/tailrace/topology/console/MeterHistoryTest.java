package io.tailrace.topology.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MeterHistoryTest {
  private static final long START = 1_000_000_000;

  private final AtomicLong now = new AtomicLong(START);
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final MeterHistory history =
      new MeterHistory(registry, () -> Instant.ofEpochMilli(now.get()));

  @Test
  void rememberWhatCameInEachStep() {
    spans(7);
    step();
    spans(5);
    step();
    step();

    assertThat(last(history.figures(), "spans", 4)).containsExactly(null, 7.0, 5.0, 0.0);
    assertThat(history.figures().minuteSeconds()).isEqualTo(30);
    assertThat(history.figures().hourSeconds()).isEqualTo(30);
  }

  @Test
  void whatWasMissedIsUnknown_andAfterAnHourForgotten() {
    spans(7);
    step();
    now.addAndGet(20_000);
    spans(3);
    step();
    assertThat(last(history.figures(), "spans", 4)).containsExactly(7.0, null, null, 3.0);

    for (int i = 0; i < Series.SLOTS - 1; i++) {
      step();
    }
    assertThat(known(history.figures(), "spans")).startsWith(3.0).hasSize(Series.SLOTS);
    step();
    assertThat(known(history.figures(), "spans")).containsOnly(0.0).hasSize(Series.SLOTS);
    assertThat(history.figures().hourSeconds()).isEqualTo(3600);
  }

  @Test
  void tellsWhatEachPolicyDid_inTheMinuteAndInTheHour() {
    vote("errors", "sampled", 4);
    registry.counter("tailrace.policy.keeps", "policy", "errors").increment(4);
    registry.counter("tailrace.policy.kept.spans", "policy", "errors").increment(40);
    registry.counter("tailrace.policy.kept", "policy", "errors").increment(400);
    registry.counter("tailrace.policy.evaluation", "policy", "errors").increment(0.5);
    registry.counter("tailrace.policy.truth.decided", "policy", "errors").increment(90);
    registry.counter("tailrace.policy.truth.adjusted", "policy", "errors").increment(91);
    step();
    for (int i = 0; i < 6; i++) {
      vote("errors", "not_sampled", 1);
      step();
    }

    Figures.OfPolicy errors = history.figures().policies().get(0);
    assertThat(errors.hour())
        .isEqualTo(
            new Figures.Totals(
                4, 40, 400, 0.5, 90, 91, Map.of("sampled", 4.0, "not_sampled", 6.0)));
    assertThat(errors.minute())
        .isEqualTo(
            new Figures.Totals(0, 0, 0, 0, 0, 0, Map.of("sampled", 0.0, "not_sampled", 6.0)));
    assertThat(Arrays.stream(errors.keeps()).filter(Objects::nonNull)).containsExactly(4.0, 0.0);
  }

  @Test
  void policiesBeyondAsManyAsThereIsRoomForAreSummedUp() {
    for (int i = 0; i < MeterHistory.MAX_POLICIES + 3; i++) {
      vote("policy-%02d".formatted(i), "sampled", 1);
    }
    step();

    List<Figures.OfPolicy> policies = history.figures().policies();
    assertThat(policies).hasSize(MeterHistory.MAX_POLICIES + 1);
    assertThat(policies)
        .filteredOn(policy -> policy.policy().equals(MeterHistory.OTHERS))
        .extracting(policy -> policy.hour().votes().get("sampled"))
        .containsExactly(3.0);

    for (int i = 0; i < Series.SLOTS; i++) {
      step();
    }
    vote("new", "sampled", 1);
    step();
    assertThat(history.figures().policies())
        .as("those that have done nothing for an hour make room")
        .extracting(Figures.OfPolicy::policy)
        .contains("new");
  }

  private void spans(int count) {
    registry.counter("tailrace.spans.received").increment(count);
  }

  private void vote(String policy, String vote, int count) {
    registry.counter("tailrace.policy.votes", "policy", policy, "vote", vote).increment(count);
  }

  private void step() {
    now.addAndGet(Series.STEP_MILLIS);
    history.sample();
  }

  private static List<Double> last(Figures figures, String name, int steps) {
    Double[] values = figures.series().get(name);
    return Arrays.asList(values).subList(values.length - steps, values.length);
  }

  private static List<Double> known(Figures figures, String name) {
    return Arrays.stream(figures.series().get(name)).filter(Objects::nonNull).toList();
  }
}
