package io.tailrace.topology.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BackgroundLoopsTest {
  private static final Duration SOON = Duration.ofMillis(1);

  private final BackgroundLoops loops = new BackgroundLoops();
  private final AtomicInteger turns = new AtomicInteger();

  @AfterEach
  void close() {
    loops.close();
  }

  @Test
  void aLoopThatWaitsDelaysNoOther() {
    loops.start("waiting", Duration.ZERO, this::waitForEver);
    loops.start("also waiting", Duration.ZERO, this::waitForEver);
    loops.start("turning", Duration.ZERO, this::turn);

    await().until(() -> turns.get() >= 5);
  }

  @Test
  void aLoopGoesOnAfterAFault() {
    loops.start(
        "failing once",
        Duration.ZERO,
        () -> {
          if (turns.incrementAndGet() == 1) {
            throw new IllegalStateException("a fault of the test");
          }
          return SOON;
        });

    await().until(() -> turns.get() >= 2);
  }

  @Test
  void aLoopEndsByItself() {
    loops.start(
        "ending",
        Duration.ZERO,
        () -> {
          turns.incrementAndGet();
          return null;
        });

    await().until(() -> turns.get() == 1);
    await().during(Duration.ofMillis(200)).until(() -> turns.get() == 1);
  }

  @Test
  void allLoopsHaveEnded_whenClosed() {
    AtomicBoolean ended = new AtomicBoolean();
    loops.start(
        "waiting",
        Duration.ZERO,
        () -> {
          try {
            return waitForEver();
          } finally {
            ended.set(true);
          }
        });
    loops.start("turning", Duration.ZERO, this::turn);
    await().until(() -> turns.get() > 0);

    loops.close();

    assertThat(ended).isTrue();
    int before = turns.get();
    loops.start("too late", Duration.ZERO, this::turn);
    await().during(Duration.ofMillis(200)).until(() -> turns.get() == before);
  }

  private Duration turn() {
    turns.incrementAndGet();
    return SOON;
  }

  private Duration waitForEver() throws InterruptedException {
    new CountDownLatch(1).await();
    return null;
  }
}
