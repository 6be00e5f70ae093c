package io.tailrace.topology.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogTimeRateTest {
  @Test
  void holdsForTimesThatInterleave() {
    LogTimeRate rate = new LogTimeRate(2);
    assertThat(took(rate, 1_500)).isTrue();
    assertThat(took(rate, 900)).isTrue();
    assertThat(took(rate, 1_999)).isFalse();
    assertThat(took(rate, 100)).isFalse();
    assertThat(took(rate, 2_000)).isTrue();
  }

  @Test
  void noneAreAllowed() {
    assertThat(new LogTimeRate(0).hasRoom(1)).isFalse();
  }

  private static boolean took(LogTimeRate rate, long logTime) {
    boolean hasRoom = rate.hasRoom(logTime);
    if (hasRoom) {
      rate.count();
    }
    return hasRoom;
  }
}
