package io.tailrace.policies;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TokenBucketTest {
  private static final String THREE_A_SECOND = "{spans_per_second: 3, burst_capacity: 3}";

  @Test
  void refillsByTheMillisecond() {
    Judge judge = Sets.judge(Sets.of("rate_limiting", THREE_A_SECOND));
    assertThat(Sets.samples(judge, TestTrace.ofSpans(3), 1_000)).isTrue();
    assertThat(Sets.samples(judge, TestTrace.ofSpans(1), 1_333)).isFalse();
    assertThat(Sets.samples(judge, TestTrace.ofSpans(1), 1_334)).isTrue();
  }

  @Test
  void spendsNothing_whenItRefuses() {
    Judge judge = Sets.judge(Sets.of("rate_limiting", THREE_A_SECOND));
    for (int i = 0; i < 5; i++) {
      assertThat(Sets.samples(judge, TestTrace.ofSpans(4), 0)).isFalse();
    }
    assertThat(Sets.samples(judge, TestTrace.ofSpans(3), 0)).isTrue();
  }

  @Test
  void addsNothing_whenLogTimeGoesBack() {
    Judge judge = Sets.judge(Sets.of("rate_limiting", THREE_A_SECOND));
    assertThat(Sets.samples(judge, TestTrace.ofSpans(3), 10_000)).isTrue();
    assertThat(Sets.samples(judge, TestTrace.ofSpans(1), 0)).isFalse();
    assertThat(Sets.samples(judge, TestTrace.ofSpans(1), 10_000)).isFalse();
    assertThat(Sets.samples(judge, TestTrace.ofSpans(3), 11_000)).isTrue();
  }

  @Test
  void takesNothingAway_whenLogTimeGoesBack() {
    Judge judge = Sets.judge(Sets.of("rate_limiting", THREE_A_SECOND));
    assertThat(Sets.samples(judge, TestTrace.ofSpans(1), 10_000)).isTrue();
    assertThat(Sets.samples(judge, TestTrace.ofSpans(2), 0)).isTrue();
    assertThat(Sets.samples(judge, TestTrace.ofSpans(1), 9_999)).isFalse();
  }

  @Test
  void holdsNoMoreThanTheBurst_afterALongPause() {
    Judge judge = Sets.judge(Sets.of("rate_limiting", THREE_A_SECOND));
    assertThat(Sets.samples(judge, TestTrace.ofSpans(3), 0)).isTrue();
    assertThat(Sets.samples(judge, TestTrace.ofSpans(4), Long.MAX_VALUE)).isFalse();
    assertThat(Sets.samples(judge, TestTrace.ofSpans(3), Long.MAX_VALUE)).isTrue();
  }

  @Test
  void sharesTheRateButNotTheBurst() {
    PolicySet set = Sets.of("bytes_limiting", "{bytes_per_second: 1000}");
    Judge judge = set.newJudge(0.25, null);
    assertThat(Sets.samples(judge, TestTrace.ofBytes(2_001), 0)).isFalse();
    assertThat(Sets.samples(judge, TestTrace.ofBytes(2_000), 0)).isTrue();
    assertThat(Sets.samples(judge, TestTrace.ofBytes(250), 999)).isFalse();
    assertThat(Sets.samples(judge, TestTrace.ofBytes(250), 1_000)).isTrue();
  }

  @Test
  void keepsWithinTheRate_overALongRun() {
    Judge judge = Sets.judge(Sets.of("rate_limiting", "{spans_per_second: 7}"));
    int sampled = 0;
    for (int millis = 0; millis < 100_000; millis++) {
      sampled += Sets.samples(judge, TestTrace.ofSpans(1), millis) ? 1 : 0;
    }
    assertThat(sampled).isEqualTo(7 * 100 + 14 - 1); // the last token is not there at 99 999 ms
  }
}
