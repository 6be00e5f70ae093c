package io.tailrace.topology;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VerdictsNeededTest {
  private static final long RETENTION = 60_000;

  @Test
  void thoseThatStillHold() {
    VerdictsNeeded needed = new VerdictsNeeded(RETENTION, 0, -1);
    needed.note(10, 500_000);

    assertThat(needed.since(10, 520_000)).isEqualTo(460_000);
  }

  @Test
  void thoseOnRestoredSpans_howeverLongAgo() {
    VerdictsNeeded needed = new VerdictsNeeded(RETENTION, 0, -1);
    needed.note(10, 500_000);
    needed.note(20, 501_000);
    needed.note(30, 900_000);

    assertThat(needed.since(29, 900_000)).as("decided since offset 20").isEqualTo(501_000);
    assertThat(needed.since(30, 900_000)).isEqualTo(840_000);
  }

  @Test
  void allThatThereAre_whileNothingWasDecidedBeforeWhatIsOpen() {
    VerdictsNeeded needed = new VerdictsNeeded(RETENTION, 0, -1);
    needed.note(10, 500_000);

    assertThat(needed.since(9, 500_000)).isNegative();
  }

  @Test
  void whatTheLastCommitSaid_untilMoreIsKnown() {
    VerdictsNeeded needed = new VerdictsNeeded(RETENTION, 40, 300_000);

    assertThat(needed.since(40, Long.MIN_VALUE)).isEqualTo(300_000);
    needed.note(50, 700_000);
    assertThat(needed.since(49, 700_000)).isEqualTo(300_000);
    assertThat(needed.since(50, 700_000)).isEqualTo(640_000);
    assertThat(needed.since(60, Long.MIN_VALUE)).isEqualTo(640_000);
  }
}
