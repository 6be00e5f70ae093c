package io.tailrace.topology.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.serdes.TraceId;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

class KeyFilterTest {
  private static final int KEYS = 200_000;
  private static final long MEMORY = 10 << 20;

  private final AtomicLong freeBytes = new AtomicLong(MEMORY);

  /** It grows from its smallest size by four parts. */
  @Test
  void containsWhatWasAdded_andFewOthers() {
    Random random = new Random(1);
    assertFindsAll_andFewOthers(new KeyFilter(freeBytes, 0), key -> random.nextLong(), 0.06);
  }

  @Test
  void findsFewerOthers_whenTheNumberIsExpected() {
    Random random = new Random(2);
    assertFindsAll_andFewOthers(new KeyFilter(freeBytes, KEYS), key -> random.nextLong(), 0.02);
  }

  /** Such as IDs from a counter, or of a test. */
  @Test
  void findsFewOthersAmongRegularKeys() {
    assertFindsAll_andFewOthers(new KeyFilter(freeBytes, KEYS), key -> TraceId.mixed(0, key), 0.02);
    assertFindsAll_andFewOthers(
        new KeyFilter(freeBytes, KEYS), key -> TraceId.mixed(key << 32, 7), 0.02);
  }

  private static void assertFindsAll_andFewOthers(
      KeyFilter filter, LongUnaryOperator hashes, double maxShare) {
    long[] added = new long[KEYS];
    for (int key = 0; key < KEYS; key++) {
      added[key] = hashes.applyAsLong(key);
      filter.add(added[key]);
    }
    int others = 0;
    for (int key = 0; key < KEYS; key++) {
      assertThat(filter.mayContain(added[key])).isTrue();
      if (filter.mayContain(hashes.applyAsLong(KEYS + key))) {
        others++;
      }
    }
    assertThat(others).isBetween(1, (int) (maxShare * KEYS));
  }

  @Test
  void containsNothingAtFirst_andTakesNoMemory() {
    assertThat(new KeyFilter(freeBytes, KEYS).mayContain(7)).isFalse();
    assertThat(freeBytes).hasValue(MEMORY);
  }

  @Test
  void seemsToContainEverything_whenMemoryIsUsedUp() {
    freeBytes.set(100_000);
    KeyFilter first = new KeyFilter(freeBytes, 30_000);
    first.add(1);
    KeyFilter second = new KeyFilter(freeBytes, 30_000);
    for (int key = 0; key < KEYS; key++) {
      second.add(TraceId.mixed(0, key));
    }

    assertThat(second.mayContain(-1)).isTrue();
    assertThat(first.mayContain(1)).isTrue();
    assertThat(first.mayContain(-1)).isFalse();
    assertThat(freeBytes.get()).as("what the first one leaves").isBetween(50_000L, 60_000L);
    first.close();
    second.close();
    second.close();
    assertThat(freeBytes).hasValue(100_000);
  }
}
