package io.tailrace.loadtests.soak;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Tasks of a run. The first failure ends the run. Times are seconds since the creation. */
final class Tasks implements AutoCloseable {
  private static final int THREADS = 8; // requests that wait do not delay samples
  private static final long CHECKED_EVERY_MILLIS = 500;

  /** A task that can fail. */
  interface Task {
    void run() throws Exception;
  }

  private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(THREADS);
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private final long began = System.nanoTime();

  /** Seconds from the start. */
  double seconds() {
    return (System.nanoTime() - began) / 1e9;
  }

  void every(double seconds, Task task) {
    every(seconds, 0, task);
  }

  /** Runs a task at these times, one after the other. */
  void every(double seconds, double first, Task task) {
    long period = Math.round(seconds * 1e9);
    long delay = Math.max(0, Math.round(first * 1e9) - (System.nanoTime() - began));
    executor.scheduleAtFixedRate(() -> run(task), delay, period, TimeUnit.NANOSECONDS);
  }

  /** Runs a task at this time. */
  void once(double seconds, Task task) {
    long delay = Math.max(0, Math.round(seconds * 1e9) - (System.nanoTime() - began));
    executor.schedule(() -> run(task), delay, TimeUnit.NANOSECONDS);
  }

  private void run(Task task) {
    if (!failures.isEmpty()) {
      return;
    }
    try {
      task.run();
    } catch (Exception | AssertionError e) {
      failures.add(new AssertionError("after %.0f s".formatted(seconds()), e));
    }
  }

  /** Waits until this time, or fails as a task did. */
  void awaitTime(double seconds) throws InterruptedException {
    while (seconds() < seconds) {
      check();
      Thread.sleep(CHECKED_EVERY_MILLIS);
    }
    check();
  }

  private void check() {
    Throwable failure = failures.peek();
    if (failure != null) {
      throw new AssertionError("a part of the run failed", failure);
    }
  }

  /** Lets tasks that run end, and waits for that: an interrupted reader would lose records. */
  @Override
  public void close() {
    executor.shutdown();
    try {
      if (!executor.awaitTermination(Duration.ofMinutes(1).toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("a task does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
