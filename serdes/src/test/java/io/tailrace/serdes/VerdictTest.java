package io.tailrace.serdes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class VerdictTest {
  private static final long RETENTION = 1_000;

  private final Verdict verdict = decided("fehler-größer", 1_700_000_000_123L);

  @ParameterizedTest
  @EnumSource
  void readsWhatItWrote(VerdictKind kind) {
    Verdict written = new Verdict(kind, true, "fehler-größer", 3, 1_700_000_000_123L, 77, 99);

    assertThat(Verdict.decode(written.encode())).isEqualTo(written);
  }

  @Test
  void readsWhatItWrote_ofATraceThatWasOpenedAgain() {
    Verdict reopened = verdict.reopened(120, false);

    assertThat(Verdict.decode(reopened.encode())).isEqualTo(reopened);
    assertThat(Verdict.decode(reopened.reopened(140, true).encode()))
        .isEqualTo(reopened.reopened(140, true));
    assertThat(reopened.notReopened()).isEqualTo(verdict);
  }

  @ParameterizedTest
  @ValueSource(
      longs = {Weight.UNWEIGHTED_THRESHOLD, Weight.UNKNOWN_THRESHOLD, 0, 1, (1L << 56) - 1})
  void readsWhatItWrote_ofAWeightedTrace(long threshold) {
    for (long randomness : new long[] {TraceStateReader.NONE, 0, 77}) {
      Verdict weighted = verdict.weighted(new Weight(threshold, randomness), "größer");

      assertThat(Verdict.decode(weighted.encode())).isEqualTo(weighted);
      assertThat(Verdict.decode(weighted.reopened(3, true).encode()).notReopened())
          .isEqualTo(weighted);
    }
  }

  @ParameterizedTest
  @EnumSource(RuleMarks.Trigger.class)
  void readsWhatItWrote_ofATraceThatARuleKept(RuleMarks.Trigger trigger) {
    for (String fingerprint : new String[] {"", "checkout\u2022/api", "<missing>"}) {
      Verdict verdict =
          new Verdict(VerdictKind.DECIDED, true, "rule", 3, 5, 7, 9)
              .weighted(new Weight(0, 3), "")
              .marked(new RuleMarks(trigger, fingerprint));
      assertThat(Verdict.decode(verdict.encode())).isEqualTo(verdict);
      assertThat(Verdict.decode(verdict.reopened(8, false).encode()).marks())
          .isEqualTo(verdict.marks());
    }
  }

  @Test
  void readsWhatItWrote_ofATraceThatALateSpanCanTurn() {
    for (long[] raised : new long[][] {{}, {0}, {1}, {-1, 5, Long.MIN_VALUE}}) {
      TraceSummary summary =
          new TraceSummary(
              -77,
              raised,
              -7,
              raised.length > 1,
              300,
              1L << 40,
              1_700_000_000_000_000_000L,
              5,
              1L << 55);
      Verdict dropped =
          new Verdict(VerdictKind.DECIDED, false, "größer", 3, 5, 7, 9).summarized(summary);

      assertThat(Verdict.decode(dropped.encode())).isEqualTo(dropped);
      assertThat(dropped.reopened(8, true).notReopened()).isEqualTo(dropped);
      assertThat(Verdict.decode(dropped.reopened(8, false).encode()).summary()).isEqualTo(summary);
    }
  }

  /** The summary is most of the state of a trace that is not kept. */
  @Test
  void aSummaryIsSmall() {
    Verdict dropped = new Verdict(VerdictKind.DECIDED, false, "", 3, 30_005, 7, 9);
    long start = 1_700_000_000_000_000_000L;
    TraceSummary usual =
        new TraceSummary(
            123_456,
            new long[] {1},
            5,
            false,
            20,
            9_000,
            start,
            start + 500_000_000,
            TraceStateReader.NONE);

    assertThat(dropped.summarized(usual).encode().length - dropped.encode().length)
        .isLessThanOrEqualTo(27);
  }

  @Test
  void readsVersionsWithoutWeightsOrMarks() {
    byte[] bytes = verdict.encode();
    for (byte version : new byte[] {3, 4, 5}) {
      bytes[0] = version;
      assertThat(Verdict.decode(bytes)).isEqualTo(verdict);
    }
    assertThat(Verdict.decode(bytes).weight()).isEqualTo(Weight.NONE);
  }

  @Test
  void startsWithItsVersion() {
    assertThat(verdict.encode()[0]).isEqualTo((byte) 6);
  }

  @Test
  void refusesAnotherVersion() {
    byte[] bytes = verdict.encode();
    bytes[0] = 9;

    assertThatThrownBy(() -> Verdict.decode(bytes)).hasMessageContaining("version 9 (expected: 6)");
  }

  @Test
  void refusesAnotherKind() {
    byte[] bytes = verdict.encode();
    bytes[2] = 9;

    assertThatThrownBy(() -> Verdict.decode(bytes)).hasMessageContaining("kind 9 (expected: 0 to");
  }

  @Test
  void refusesTruncatedBytes() {
    assertThatThrownBy(() -> Verdict.decode(Arrays.copyOf(verdict.encode(), 10)))
        .hasMessageContaining("10 bytes (expected: at least 35)");
  }

  @Test
  void aPolicyMayHaveAnyName() {
    Verdict odd = decided("(open again)", 5);

    assertThat(Verdict.decode(odd.encode()).kind()).isEqualTo(VerdictKind.DECIDED);
    assertThat(Verdict.decode(odd.encode()).isReopened()).isFalse();
  }

  @Test
  void readsTheFirstFormat_whichHadNoFirstOffset() {
    byte[] name = "errors".getBytes(StandardCharsets.UTF_8);
    byte[] former =
        ByteBuffer.allocate(26 + name.length)
            .put((byte) 1)
            .put((byte) 1)
            .putLong(3)
            .putLong(4)
            .putLong(5)
            .put(name)
            .array();

    assertThat(Verdict.decode(former))
        .isEqualTo(new Verdict(VerdictKind.DECIDED, true, "errors", 3, 4, 0, 5));
  }

  @Test
  void readsTheSecondFormat_whichHadTheKindInTheName() {
    assertThat(Verdict.decode(second("errors", 77)))
        .isEqualTo(new Verdict(VerdictKind.DECIDED, true, "errors", 3, 4, 77, 99));
    assertThat(Verdict.decode(second("(kept by hand)", 77)).kind())
        .isEqualTo(VerdictKind.KEPT_BY_HAND);
    assertThat(Verdict.decode(second("(kept by hand, not seen before)", 77)).kind())
        .isEqualTo(VerdictKind.KEPT_UNSEEN);
    Verdict openAgain = Verdict.decode(second("(open again)", 77));
    assertThat(openAgain.covers(76, 4, RETENTION)).isTrue();
    assertThat(openAgain.covers(77, 4, RETENTION)).isFalse();
  }

  @Test
  void coversAllSpans_untilItsTraceIsOpenedAgain() {
    Verdict decided = decided("errors", 5_000);

    assertThat(decided.covers(500, 9_999, RETENTION)).isTrue();

    Verdict reopened = decided.reopened(100, false);
    assertThat(reopened.covers(99, 9_999, RETENTION)).isTrue();
    assertThat(reopened.covers(100, 6_000, RETENTION)).isTrue();
    assertThat(reopened.covers(100, 6_001, RETENTION)).isFalse();

    Verdict ended = reopened.reopened(110, true);
    assertThat(ended.reopenedAt()).isEqualTo(100);
    assertThat(ended.covers(109, 6_000, RETENTION)).isTrue();
    assertThat(ended.covers(110, 6_000, RETENTION)).isFalse();
  }

  private static byte[] second(String policy, long firstOffset) {
    byte[] name = policy.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(34 + name.length)
        .put((byte) 2)
        .put((byte) 1)
        .putLong(3)
        .putLong(4)
        .putLong(firstOffset)
        .putLong(99)
        .put(name)
        .array();
  }

  private static Verdict decided(String policy, long decidedAt) {
    return new Verdict(VerdictKind.DECIDED, true, policy, 3, decidedAt, 77, 99);
  }
}
