package io.tailrace.serdes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class VerdictTest {
  private final Verdict verdict = new Verdict(true, "fehler-größer", 3, 1_700_000_000_123L, 77, 99);

  @Test
  void readsWhatItWrote() {
    assertThat(Verdict.decode(verdict.encode())).isEqualTo(verdict);
  }

  @Test
  void startsWithItsVersion() {
    assertThat(verdict.encode()[0]).isEqualTo((byte) 2);
  }

  @Test
  void refusesAnotherVersion() {
    byte[] bytes = verdict.encode();
    bytes[0] = 9;

    assertThatThrownBy(() -> Verdict.decode(bytes)).hasMessageContaining("version 9 (expected: 2)");
  }

  @Test
  void refusesTruncatedBytes() {
    assertThatThrownBy(() -> Verdict.decode(Arrays.copyOf(verdict.encode(), 10)))
        .hasMessageContaining("10 bytes (expected: at least 34)");
  }

  @Test
  void readsTheFormerVersion_whichSaidNotWhereTheTraceBegan() {
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

    assertThat(Verdict.decode(former)).isEqualTo(new Verdict(true, "errors", 3, 4, 0, 5));
  }
}
