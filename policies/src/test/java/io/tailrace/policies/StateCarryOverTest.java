package io.tailrace.policies;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class StateCarryOverTest {
  private static final String LIMIT =
      "{name: limit, type: rate_limiting, rate_limiting: {spans_per_second: %d}}";
  private static final String ERRORS =
      "{name: errors, type: status_code, status_code: {status_codes: [ERROR]}}";

  private static PolicySet set(String... policies) {
    return Sets.parsed("policies: [" + String.join(", ", policies) + "]");
  }

  private static byte[] spent(PolicySet set) {
    Judge judge = Sets.judge(set);
    assertThat(Sets.samples(judge, TestTrace.ofSpans(10), 0)).isTrue();
    return judge.saveState();
  }

  private static TestTrace one() {
    return TestTrace.raising(new long[1]);
  }

  @Test
  void goesOn_whenTheSameSetIsJudgedAnew() {
    PolicySet set = set(LIMIT.formatted(5));
    Judge next = set.newJudge(1, spent(set));
    assertThat(Sets.samples(next, one(), 0)).isFalse();
    assertThat(Sets.samples(next, one(), 200)).isTrue();
  }

  @Test
  void goesOn_whenOtherPoliciesChangeAround() {
    byte[] state = spent(set(LIMIT.formatted(5)));
    Judge next = set(ERRORS, LIMIT.formatted(5)).newJudge(1, state);
    assertThat(Sets.samples(next, one(), 0)).isFalse();
  }

  @Test
  void startsFull_whenTheSettingsChange() {
    byte[] state = spent(set(LIMIT.formatted(5)));
    assertThat(Sets.samples(set(LIMIT.formatted(6)).newJudge(1, state), one(), 0)).isTrue();
  }

  @Test
  void startsFull_whenOnlyTheBurstChanges() {
    byte[] state = spent(set(LIMIT.formatted(5)));
    String burst = LIMIT.formatted(5).replace("second: 5", "second: 5, burst_capacity: 11");
    assertThat(Sets.samples(set(burst).newJudge(1, state), one(), 0)).isTrue();
  }

  @Test
  void startsFull_whenTheNameChanges() {
    byte[] state = spent(set(LIMIT.formatted(5)));
    String renamed = LIMIT.formatted(5).replace("name: limit", "name: other");
    assertThat(Sets.samples(set(renamed).newJudge(1, state), one(), 0)).isTrue();
  }

  @Test
  void keepsNestedLimitsApart() {
    String and = "{name: %s, type: and, and: {and_sub_policy: [" + LIMIT.formatted(5) + "]}}";
    byte[] state = spent(set(and.formatted("a")));
    assertThat(Sets.samples(set(and.formatted("a")).newJudge(1, state), one(), 0)).isFalse();
    assertThat(Sets.samples(set(and.formatted("b")).newJudge(1, state), one(), 0)).isTrue();
  }

  @Test
  void carriesCompositeBudgets() {
    String composite =
        "{name: c, type: composite, composite: {max_total_spans_per_second: 10, "
            + "composite_sub_policy: [{name: rest, type: always_sample}], "
            + "rate_allocation: [{policy: rest, percent: 100}]}}";
    Judge next = set(composite).newJudge(1, spent(set(composite)));
    assertThat(Sets.samples(next, one(), 999)).isFalse();
    assertThat(Sets.samples(next, one(), 1_000)).isTrue();
  }

  @Test
  void hasNoState_withoutALimit() {
    assertThat(Sets.judge(set(ERRORS)).hasState()).isFalse();
    assertThat(Sets.judge(set(LIMIT.formatted(1))).hasState()).isTrue();
  }

  @Test
  void namesVersion_whenStateIsOfAnother() {
    byte[] state = spent(set(LIMIT.formatted(5)));
    assertThat(state[0]).isEqualTo((byte) 2);
    state[0] = 9;
    assertThatThrownBy(() -> set(ERRORS).newJudge(1, state))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("version 9");
  }

  @Test
  void readsTheFirstFormat() {
    byte[] key = "/limit spans_per_second=5 burst=10".getBytes(UTF_8);
    byte[] state =
        ByteBuffer.allocate(1 + 4 + key.length + 16)
            .put((byte) 1)
            .putInt(key.length)
            .put(key)
            .putDouble(0)
            .putLong(0)
            .array();
    Judge next = set(LIMIT.formatted(5)).newJudge(1, state);
    assertThat(Sets.samples(next, one(), 0)).isFalse();
    assertThat(Sets.samples(next, one(), 200)).isTrue();
  }

  @Test
  void refusesStateThatIsCutOff() {
    byte[] state = spent(set(LIMIT.formatted(5)));
    for (int length = 1; length < state.length; length++) {
      byte[] cut = Arrays.copyOf(state, length);
      assertThatThrownBy(() -> set(ERRORS).newJudge(1, cut))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void refusesSharesOutOfRange() {
    for (double share : new double[] {0, -1, 1.1, Double.NaN}) {
      assertThatThrownBy(() -> set(ERRORS).newJudge(share, null))
          .hasMessageContaining("expected: in (0,1]");
    }
  }
}
