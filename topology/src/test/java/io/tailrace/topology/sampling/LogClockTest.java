package io.tailrace.topology.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogClockTest {
  @Test
  void neverGoesBack() {
    LogClock clock = new LogClock(true);
    assertThat(clock.hasStarted()).isFalse();

    clock.observe(100);
    clock.observe(40);

    assertThat(clock.now()).isEqualTo(100);
    assertThat(clock.reached()).isEqualTo(100);
    assertThat(clock.hasStarted()).isTrue();
  }

  @Test
  void quietTimeMakesTracesDue_butStampsNone() {
    LogClock clock = new LogClock(true);
    clock.observe(100);

    clock.advance(500);
    clock.observe(200);

    assertThat(clock.reached()).isEqualTo(500);
    assertThat(clock.now()).isEqualTo(200);
    assertThat(clock.settled()).isEqualTo(200);
  }

  @Test
  void recordsMakeNothingDue_whenOthersMayStillLag() {
    LogClock clock = new LogClock(false);
    clock.observe(100);
    assertThat(clock.reached()).isEqualTo(Long.MIN_VALUE);

    clock.advance(60);
    clock.advance(50);
    assertThat(clock.observe(80)).as("log time of a record").isEqualTo(80);
    assertThat(clock.observe(40)).as("what is due does not wait for it").isEqualTo(60);

    assertThat(clock.now()).isEqualTo(100);
    assertThat(clock.reached()).isEqualTo(60);
    assertThat(clock.settled()).isEqualTo(60);
  }
}
