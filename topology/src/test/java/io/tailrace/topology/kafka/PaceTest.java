package io.tailrace.topology.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PaceTest {
  private static final long SECOND = 1_000_000_000;

  private long now = 7 * SECOND;
  private long slept;
  private final Pace pace =
      new Pace(
          1_000,
          () -> now,
          nanos -> {
            slept += nanos;
            now += nanos;
          });

  @Test
  void waitsUntilWhatWasReadMayHaveBeen() {
    pace.spend(500);
    assertThat(slept).isEqualTo(SECOND / 2);
    pace.spend(2_000);
    assertThat(slept).isEqualTo(SECOND * 5 / 2);
  }

  @Test
  void doesNotWait_whenTheReaderIsSlowerItself() {
    now += 3 * SECOND;
    pace.spend(3_000);
    assertThat(slept).isZero();
    pace.spend(100);
    assertThat(slept).isEqualTo(SECOND / 10);
  }
}
