package io.tailrace.topology.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyStateTest {
  private static final int BROKER_DEFAULT = 1 << 20;

  private final Map<String, byte[]> rows = new HashMap<>();
  private final PolicyState state = new PolicyState(rows::get, rows::put);

  private static byte[] judge(int size) {
    byte[] judge = new byte[size];
    new Random(size).nextBytes(judge);
    return judge;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 512 << 10, (512 << 10) + 1, 3_000_000})
  void isReadAsItWasSaved_inRowsThatABrokerAccepts(int size) {
    state.save(9, 9, judge(3_500_000));
    state.save(7, 3, judge(size));

    PolicyState.Saved saved = state.load();
    assertThat(saved.version()).isEqualTo(7);
    assertThat(saved.shadow()).isEqualTo(3);
    assertThat(saved.judge()).isEqualTo(judge(size));
    assertThat(rows.values())
        .allSatisfy(row -> assertThat(row.length).isLessThan(BROKER_DEFAULT - 1_000));
  }

  @Test
  void theSingleRowOfEarlierReleasesIsRead() {
    rows.put(
        "judge",
        ByteBuffer.allocate(20)
            .put((byte) 2)
            .putLong(5)
            .putLong(6)
            .put(new byte[] {1, 2, 3})
            .array());

    assertThat(state.load().judge()).containsExactly(1, 2, 3);
    assertThat(state.load().version()).isEqualTo(5);
  }

  @Test
  void aMissingRowIsAFault() {
    state.save(1, 1, judge(600_000));
    rows.remove("judge/1");

    assertThatThrownBy(state::load).hasMessageContaining("600000 bytes");
  }
}
