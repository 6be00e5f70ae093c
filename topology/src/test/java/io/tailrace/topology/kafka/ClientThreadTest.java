package io.tailrace.topology.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.apache.kafka.common.errors.WakeupException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ClientThreadTest {
  private final List<String> steps = new CopyOnWriteArrayList<>();
  private final Semaphore woken = new Semaphore(0);
  private final CountDownLatch inCall = new CountDownLatch(1);

  @Test
  void closingEndsTheCallOfTheClient_andTheClientIsClosedAfterTheLastTurn() throws Exception {
    ClientThread thread =
        new ClientThread("test", this::call, woken::release, () -> steps.add("client closed"));
    thread.start();
    inCall.await();
    assertThat(thread.isClosed()).isFalse();

    thread.close();

    assertThat(thread.isClosed()).isTrue();
    assertThat(steps).containsExactly("call", "woken", "client closed");
  }

  private Duration call() {
    steps.add("call");
    inCall.countDown();
    woken.acquireUninterruptibly();
    steps.add("woken");
    throw new WakeupException();
  }

  @Test
  void turnsFollowEachOtherWithTheirPauses_untilOneIsTheLast() {
    ClientThread thread =
        new ClientThread(
            "test",
            () -> {
              steps.add("turn");
              return steps.size() < 3 ? Duration.ofMillis(1) : null;
            },
            () -> {},
            () -> steps.add("end"));
    thread.start();

    await().untilAsserted(() -> assertThat(steps).containsExactly("turn", "turn", "turn", "end"));
    thread.close();
  }

  @Test
  void closingInterruptsAPause() {
    ClientThread thread =
        new ClientThread(
            "test",
            () -> {
              inCall.countDown();
              return Duration.ofHours(1);
            });
    thread.start();
    await().until(() -> inCall.getCount() == 0);

    thread.close(); // else the test times out
  }

  @Test
  void aTurnThatFailsEndsTheThread_andStillClosesTheClient() {
    ClientThread thread =
        new ClientThread(
            "test",
            () -> {
              throw new IllegalStateException("a fault of the test");
            },
            () -> {},
            () -> steps.add("end"));
    thread.start();
    await().untilAsserted(() -> assertThat(steps).containsExactly("end"));
    thread.close();
  }
}
