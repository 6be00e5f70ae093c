package io.tailrace.loadtests.bench.flow;

/** Joins threads that were asked to stop. */
public final class Workers {
  private Workers() {}

  public static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + thread.getName() + " ends", e);
    }
  }
}
