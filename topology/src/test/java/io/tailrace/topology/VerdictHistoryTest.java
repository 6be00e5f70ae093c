package io.tailrace.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.serdes.Verdict;
import org.junit.jupiter.api.Test;

/** What {@code keep} need not export a second time. */
class VerdictHistoryTest {
  private final VerdictHistory history = new VerdictHistory();

  @Test
  void spansFollowTheLastVerdictThatBeginsAtOrBeforeThem() {
    assertThat(history.wasExported(10)).as("without a verdict").isFalse();
    history.add(verdict(true, 10));
    history.add(verdict(false, 50));

    assertThat(history.wasExported(9)).isFalse();
    assertThat(history.wasExported(10)).isTrue();
    assertThat(history.wasExported(49)).as("a late span").isTrue();
    assertThat(history.wasExported(50)).isFalse();
  }

  @Test
  void spansOfATraceThatIsOpenAgainWereNotExported_butThoseBefore() {
    history.add(verdict(true, 10));
    history.add(new Verdict(false, "(open again)", 1, 900, 50, 50));
    assertThat(history.wasExported(49)).isTrue();
    assertThat(history.wasExported(50)).isFalse();

    history.add(verdict(true, 50));
    assertThat(history.wasExported(50)).as("decided again").isTrue();

    history.add(null);
    assertThat(history.wasExported(50)).as("that was taken back").isFalse();
    assertThat(history.wasExported(49)).isTrue();
  }

  private static Verdict verdict(boolean kept, long firstOffset) {
    return new Verdict(kept, "errors", 1, 800, firstOffset, firstOffset + 5);
  }
}
