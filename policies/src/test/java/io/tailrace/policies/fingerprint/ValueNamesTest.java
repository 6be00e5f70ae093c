package io.tailrace.policies.fingerprint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ValueNamesTest {
  private final ValueNames names = ValueNames.bounded();

  private void meet(long hash) {
    if (!names.meet(hash)) {
      names.put(hash, "v" + hash);
    }
  }

  @Test
  void showsTextsAndTheHashOfOthers() {
    assertThat(names.meet(7)).isFalse();
    names.put(7, "seven");
    assertThat(names.meet(7)).isTrue();
    assertThat(names.text(7)).isEqualTo("seven");
    assertThat(names.text(-2)).isEqualTo("fffffffffffffffe");
  }

  @Test
  void keepsTenThousandAtMost_andThoseThatAreStillMet() {
    for (long hash = 0; hash < 100_000; hash++) {
      meet(hash);
      meet(42);
    }

    long known = LongStream.range(0, 100_000).filter(i -> names.text(i).startsWith("v")).count();
    assertThat(known).isBetween(5_000L, 10_000L);
    assertThat(names.text(42)).isEqualTo("v42");
    assertThat(names.text(99_999)).isEqualTo("v99999");
    assertThat(names.text(43)).isEqualTo("000000000000002b");
  }

  @Test
  void cutsLongTexts_butNotWhereAllAreWanted() {
    names.put(1, "x".repeat(200));
    names.put(2, "x".repeat(201));
    names.put(3, "x".repeat(198) + "\ud83d\ude00xx");
    assertThat(names.text(1)).isEqualTo("x".repeat(200));
    assertThat(names.text(2)).isEqualTo("x".repeat(199) + "…");
    assertThat(names.text(3)).isEqualTo("x".repeat(198) + "…");

    ValueNames exact = ValueNames.exact();
    exact.put(2, "x".repeat(201));
    assertThat(exact.text(2)).hasSize(201);
    exact.clear();
    assertThat(exact.meet(2)).isFalse();
  }

  @Test
  void canBeReadWhileItIsWritten() {
    AtomicBoolean ended = new AtomicBoolean();
    CompletableFuture<Long> reader =
        CompletableFuture.supplyAsync(
            () -> {
              long wrong = 0;
              for (long i = 0; !ended.get() || i % 20_000 != 0; i++) {
                String text = names.text(i % 20_000);
                boolean right =
                    text.equals("v" + i % 20_000) || text.equals(ValueHash.hex(i % 20_000));
                wrong += right ? 0 : 1;
              }
              return wrong;
            });
    for (int round = 0; round < 20; round++) {
      for (long hash = 0; hash < 20_000; hash++) {
        meet(hash);
      }
    }
    ended.set(true);

    assertThat(reader.orTimeout(60, TimeUnit.SECONDS).join()).isZero();
  }
}
