package io.tailrace.topology.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JobsTest {
  private final AtomicLong nanos = new AtomicLong();
  private final Jobs jobs = new Jobs(10, e -> e instanceof IllegalArgumentException, nanos::get);

  @AfterEach
  void close() {
    jobs.close();
  }

  @Test
  void tellsHowFarItIs_andTheResult() throws Exception {
    CountDownLatch said = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    Jobs.Status started =
        jobs.start(
                progress -> {
                  progress.println("one");
                  progress.println("two");
                  said.countDown();
                  mayEnd.await();
                  return 42;
                })
            .orElseThrow();
    said.await();

    assertThat(jobs.status(started.id()).orElseThrow().progress()).isEqualTo("two");
    assertThat(jobs.start(progress -> 1)).as("one at a time").isEmpty();
    mayEnd.countDown();
    assertThat(ended(started).state()).isEqualTo("done");
    assertThat(ended(started).result()).isEqualTo(42);
    assertThat(jobs.start(progress -> 1)).isPresent();
  }

  @Test
  void tellsWhyItFailed() throws Exception {
    Jobs.Status meant =
        jobs.start(
                progress -> {
                  throw new IllegalArgumentException("for people");
                })
            .orElseThrow();
    assertThat(ended(meant).error()).isEqualTo("for people");
    Jobs.Status other =
        jobs.start(
                progress -> {
                  throw new IllegalStateException("oops");
                })
            .orElseThrow();
    assertThat(ended(other).error()).isEqualTo("java.lang.IllegalStateException: oops");
    assertThat(ended(other).state()).isEqualTo("failed");
  }

  @Test
  void stopsWhenItIsToldTo_orTakesTooLong() throws Exception {
    Jobs.Status told = jobs.start(progress -> await()).orElseThrow();
    jobs.stop(told.id());
    assertThat(ended(told).state()).isEqualTo("stopped");

    Jobs.Status slow = jobs.start(progress -> await()).orElseThrow();
    jobs.stopOverdue();
    assertThat(jobs.status(slow.id()).orElseThrow().state()).isEqualTo("running");
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(11));
    jobs.stopOverdue();
    assertThat(ended(slow).error()).isEqualTo("stopped after 10 s: try a shorter interval");
    assertThat(jobs.status("17")).isEmpty();
  }

  private static Object await() throws InterruptedException {
    new CountDownLatch(1).await();
    return null;
  }

  private Jobs.Status ended(Jobs.Status job) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    Jobs.Status now = jobs.status(job.id()).orElseThrow();
    while (now.state().equals("running")) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.onSpinWait();
      now = jobs.status(job.id()).orElseThrow();
    }
    return now;
  }
}
