package io.tailrace.serdes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class VerdictTest {
  private final Verdict verdict = new Verdict(true, "fehler-größer", 3, 1_700_000_000_123L, 99);

  @Test
  void readsWhatItWrote() {
    assertThat(Verdict.decode(verdict.encode())).isEqualTo(verdict);
  }

  @Test
  void startsWithItsVersion() {
    assertThat(verdict.encode()[0]).isEqualTo((byte) 1);
  }

  @Test
  void refusesAnotherVersion() {
    byte[] bytes = verdict.encode();
    bytes[0] = 9;

    assertThatThrownBy(() -> Verdict.decode(bytes)).hasMessageContaining("version 9 (expected: 1)");
  }

  @Test
  void refusesTruncatedBytes() {
    assertThatThrownBy(() -> Verdict.decode(Arrays.copyOf(verdict.encode(), 10)))
        .hasMessageContaining("10 bytes (expected: at least 26)");
  }
}
