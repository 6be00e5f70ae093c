package io.tailrace.topology.keep;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.serdes.TraceStateReader;
import io.tailrace.serdes.TraceSummary;
import io.tailrace.serdes.Verdict;
import io.tailrace.serdes.VerdictKind;
import org.junit.jupiter.api.Test;

/** What {@code keep} need not export a second time. */
class VerdictHistoryTest {
  private static final long RETENTION = 100;
  private static final long DECIDED = 800;
  private static final long EXPIRED = DECIDED + RETENTION + 1;

  private final VerdictHistory history = new VerdictHistory(RETENTION);

  @Test
  void spansFollowTheLastVerdictThatBeginsAtOrBeforeThem() {
    assertThat(wasExported(10)).as("without a verdict").isFalse();
    history.add(verdict(true, 10));
    history.add(verdict(false, 50));

    assertThat(wasExported(9)).isFalse();
    assertThat(wasExported(10)).isTrue();
    assertThat(wasExported(49)).as("a late span").isTrue();
    assertThat(wasExported(50)).isFalse();
  }

  @Test
  void spansOfATraceThatIsOpenAgainWereNotExported_butThoseBefore() {
    history.add(verdict(true, 10));
    history.add(verdict(true, 10).reopened(50, true));
    assertThat(wasExported(49)).isTrue();
    assertThat(wasExported(50)).isFalse();

    history.add(verdict(true, 50));
    assertThat(wasExported(50)).as("decided again").isTrue();

    history.add(null);
    assertThat(wasExported(50)).as("that was taken back").isFalse();
    assertThat(wasExported(49)).isTrue();
  }

  @Test
  void spansUpToItsExpiryFollowAVerdict_whenLaterOnesOpenedTheTraceAgain() {
    history.add(verdict(true, 10));
    history.add(verdict(true, 10).reopened(50, false));
    assertThat(history.wasExported(60, EXPIRED)).as("open").isFalse();
    assertThat(history.wasExported(60, EXPIRED - 1)).as("late").isTrue();

    Verdict dropped = new Verdict(VerdictKind.DECIDED, false, "", 1, EXPIRED + 30, 50, 70);
    history.add(dropped.summarized(summary(1)));

    assertThat(history.wasExported(60, EXPIRED)).isFalse();
    assertThat(history.wasExported(60, EXPIRED - 1)).isTrue();

    history.add(dropped.summarized(summary(2))); // with a late span
    assertThat(history.wasExported(60, EXPIRED - 1)).isTrue();
  }

  @Test
  void aTurnedVerdictStandsForTheFirstOne() {
    Verdict first = verdict(false, 10).reopened(50, false);
    history.add(first);
    history.add(
        new Verdict(VerdictKind.RECONSIDERED, true, "errors", 1, DECIDED, 10, 70)
            .reopened(50, false));
    history.add(new Verdict(VerdictKind.DECIDED, false, "", 1, EXPIRED + 30, 50, 80));

    assertThat(history.wasExported(10, DECIDED)).isTrue();
    assertThat(history.wasExported(60, EXPIRED - 1)).as("a late span of the first").isTrue();
    assertThat(history.wasExported(60, EXPIRED)).isFalse();
  }

  private static TraceSummary summary(int spans) {
    return new TraceSummary(
        7, new long[] {1}, DECIDED, false, spans, 100, 1, 2, TraceStateReader.NONE);
  }

  private boolean wasExported(long offset) {
    return history.wasExported(offset, DECIDED);
  }

  private static Verdict verdict(boolean kept, long firstOffset) {
    return new Verdict(
        VerdictKind.DECIDED, kept, "errors", 1, DECIDED, firstOffset, firstOffset + 5);
  }
}
