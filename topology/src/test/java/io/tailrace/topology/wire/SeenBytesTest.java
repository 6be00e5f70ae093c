package io.tailrace.topology.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SeenBytesTest {
  private final SeenBytes<Integer> seen = new SeenBytes<>(2);

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private Integer get(String text) {
    byte[] record = bytes("<" + text + ">");
    return seen.get(record, 1, record.length - 1);
  }

  private void put(String text, int value) {
    byte[] record = bytes("{{" + text + "}");
    seen.put(record, 2, record.length - 1, value);
  }

  @Test
  void findsByContent_whereverItStands() {
    put("a", 1);
    put("", 2);

    assertThat(get("a")).isEqualTo(1);
    assertThat(get("")).isEqualTo(2);
    assertThat(get("b")).isNull();
    assertThat(get("aa")).isNull();
  }

  @Test
  void forgetsForTheSakeOfNewOnes_andNeverMistakesOne() {
    for (int i = 0; i < 10_000; i++) {
      put("key" + i, i);
      assertThat(get("key" + i)).isEqualTo(i);
    }
    int known = 0;
    for (int i = 0; i < 10_000; i++) {
      Integer found = get("key" + i);
      assertThat(found == null || found == i).isTrue();
      known += found == null ? 0 : 1;
    }
    assertThat(known).isBetween(1, 8);
  }

  @Test
  void remembersNoLongOnes() {
    put("x".repeat(129), 1);
    put("x".repeat(128), 2);

    assertThat(get("x".repeat(129))).isNull();
    assertThat(get("x".repeat(128))).isEqualTo(2);
  }
}
