package io.tailrace.serdes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VerdictBlockTest {
  private final VerdictBlock block = new VerdictBlock();

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 500})
  void readsWhatWasAdded(int count) {
    Random random = new Random(count);
    for (int round = 0; round < 2; round++) { // the second one after take
      List<String> expected = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        byte[] verdict = random.nextInt(4) == 0 ? null : new byte[random.nextInt(5_000)];
        if (verdict != null) {
          random.nextBytes(verdict);
        }
        long high = random.nextLong();
        block.add(high, i, verdict);
        expected.add(text(high, i, verdict));
      }
      int bytes = block.bytes();
      byte[] value = block.take();
      assertThat(value).hasSize(bytes);
      assertThat(block.bytes()).isZero();
      assertThat(read(VerdictBlock.key(), value)).isEqualTo(expected);
    }
  }

  @Test
  void readsARecordOfAnEarlierRelease() {
    byte[] key = ByteBuffer.allocate(16).putLong(-3).putLong(4).array();

    assertThat(read(key, new byte[] {5, 6})).containsExactly("-3 4 [5, 6]");
    assertThat(read(key, null)).containsExactly("-3 4 null");
  }

  @Test
  void refusesIncompleteAndUnknownRecords() {
    block.add(1, 2, new byte[] {7, 8});
    block.add(3, 4, new byte[] {9});
    byte[] value = block.take();
    for (int length = 1; length < value.length; length++) {
      if (length != 22) { // the first change
        byte[] cut = Arrays.copyOf(value, length);
        assertThatThrownBy(() -> read(VerdictBlock.key(), cut))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage(
                "verdicts: %d bytes (expected: a whole change at byte %d)",
                length, length < 22 ? 0 : 22);
      }
    }
    value[16] = -2;
    assertThatThrownBy(() -> read(VerdictBlock.key(), value))
        .hasMessage("verdicts: 43 bytes (expected: a whole change at byte 0)");
    for (byte[] key : List.of(new byte[0], new byte[] {2}, new byte[17])) {
      assertThatThrownBy(() -> read(key, new byte[0]))
          .hasMessage(
              "verdicts: key of %d bytes (expected: 16 bytes, or version 1 with a value)",
              key.length);
    }
    assertThatThrownBy(() -> read(VerdictBlock.key(), null))
        .hasMessageContaining("key of 1 bytes (expected: 16 bytes, or version 1 with a value)");
  }

  private static List<String> read(byte[] key, byte[] value) {
    List<String> changes = new ArrayList<>();
    VerdictBlock.read(key, value, (high, low, verdict) -> changes.add(text(high, low, verdict)));
    return changes;
  }

  private static String text(long high, long low, byte[] verdict) {
    return high + " " + low + " " + Arrays.toString(verdict);
  }
}
