package io.tailrace.loadtests.shop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SteadyPaceTest {
  private static final long SECOND = 1_000_000_000;

  @Test
  void isAhead_untilTheTimeOfWhatWasSentHasPassed() {
    SteadyPace pace = new SteadyPace(10, 0);
    assertThat(pace.isAhead(0)).isFalse();

    pace.sent(5, 0);

    assertThat(pace.isAhead(SECOND / 2 - 1)).isTrue();
    assertThat(pace.isAhead(SECOND / 2)).isFalse();
  }

  @Test
  void makesUpForOneSecondOnly_afterStall() {
    SteadyPace pace = new SteadyPace(10, 0);

    pace.sent(10, 60 * SECOND);

    assertThat(pace.isAhead(60 * SECOND - 1)).isTrue();
    assertThat(pace.isAhead(60 * SECOND)).isFalse();
  }
}
