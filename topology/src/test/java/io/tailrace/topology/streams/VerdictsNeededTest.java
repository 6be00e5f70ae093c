package io.tailrace.topology.streams;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VerdictsNeededTest {
  private static final long RETENTION = 60_000;

  /** A late span there may follow a verdict that was given a retention before it. */
  @Test
  void thoseARetentionBeforeWhatWasSettledAtTheOldestOffset() {
    VerdictsNeeded needed = new VerdictsNeeded(RETENTION, 0, VerdictsNeeded.ALL);

    assertThat(needed.since(10, 520_000)).isEqualTo(460_000);
    assertThat(needed.since(20, 520_001)).isEqualTo(460_001);
  }

  @Test
  void allThatThereAre_whileNothingIsSettled() {
    VerdictsNeeded needed = new VerdictsNeeded(RETENTION, 0, VerdictsNeeded.ALL);

    assertThat(needed.since(9, Long.MIN_VALUE)).isEqualTo(VerdictsNeeded.ALL);
  }

  @Test
  void whatTheLastCommitSaid_whileSpansFromBeforeItAreOpen() {
    VerdictsNeeded needed = new VerdictsNeeded(RETENTION, 40, 300_000);

    assertThat(needed.since(30, Long.MIN_VALUE)).isEqualTo(300_000);
    assertThat(needed.since(39, 700_000)).isEqualTo(300_000);
    assertThat(needed.since(39, 350_000)).isEqualTo(290_000);
    assertThat(needed.since(40, 700_000)).isEqualTo(640_000);
  }
}
