package io.tailrace.topology.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.serdes.TraceId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VerdictRowsTest {
  private static final int BATCH = 4_096;

  @TempDir Path parent;

  private RocksResources resources;
  private VerdictRows rows;

  @BeforeEach
  void open() {
    resources = new RocksResources(8 << 20, () -> 0);
    rows = new VerdictRows(resources, parent.resolve("store").toFile());
    rows.openIfDue(0, 100);
  }

  @AfterEach
  void close() {
    rows.close();
    resources.close();
  }

  /** Some keys differ in one half only, or in the last bits. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void equalsAMap(long seed) {
    Random random = new Random(seed);
    Map<TraceId, String> expected = new HashMap<>();
    for (int i = 0; i < 60_000; i++) {
      TraceId id = new TraceId(random.nextInt(3) - 1, random.nextInt(8_000) - 4_000);
      if (random.nextInt(10) == 0) {
        rows.delete(id.high(), id.low());
        expected.remove(id);
      } else {
        String value = seed + "-" + i;
        rows.put(id.high(), id.low(), bytes(value));
        expected.put(id, value);
      }
      if (i % 10_000 == 0) {
        rows.openIfDue(i, 100);
      }
      TraceId other = new TraceId(random.nextInt(3) - 1, random.nextInt(8_000) - 4_000);
      assertThat(get(other)).isEqualTo(expected.get(other));
    }
    expected.forEach((id, value) -> assertThat(get(id)).isEqualTo(value));
  }

  @Test
  void findsARow_inTheBatchAndAfterItWasWritten() {
    TraceId id = new TraceId(-5, 7);
    rows.put(-5, 7, bytes("a"));
    assertThat(get(id)).isEqualTo("a");
    fill(BATCH);
    assertThat(get(id)).isEqualTo("a");

    rows.put(-5, 7, bytes("b"));
    assertThat(get(id)).as("not the written one").isEqualTo("b");
    rows.delete(-5, 7);
    assertThat(get(id)).as("neither of both").isNull();
    fill(BATCH);
    assertThat(get(id)).as("not written after the deletion").isNull();
  }

  @Test
  void dropsARowWithTheWindowInWhichItWasWritten() {
    rows.put(1, 1, bytes("old"));
    fill(BATCH);
    rows.put(2, 2, bytes("put into the first, written into the second window"));
    rows.openIfDue(100, 100);
    fill(BATCH);
    rows.openIfDue(200, 100);

    rows.dropClosedBefore(101);
    assertThat(get(new TraceId(1, 1))).isNull();
    assertThat(get(new TraceId(2, 2))).isNotNull();
    rows.dropClosedBefore(201);
    assertThat(get(new TraceId(2, 2))).isNull();
  }

  @Test
  void holdsFewLargeRowsOnTheHeap() {
    byte[] large = new byte[100 << 10];
    for (int i = 0; i < 100; i++) { // 10 MiB
      rows.put(i, i, large);
    }
    assertThat(resources.memoryUsed()).isGreaterThan(1 << 20);
  }

  private void fill(int count) {
    for (int i = 0; i < count; i++) {
      rows.put(0, i, bytes("filler"));
    }
  }

  private String get(TraceId id) {
    byte[] value = rows.get(id.high(), id.low());
    return value == null ? null : new String(value, StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
