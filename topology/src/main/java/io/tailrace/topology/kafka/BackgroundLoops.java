package io.tailrace.topology.kafka;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the periodic work of an instance beside its sampling, until {@link #close}. Each loop has a
 * thread, so a loop that waits for a broker does not delay others. Thread-safe.
 */
public final class BackgroundLoops implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BackgroundLoops.class);
  private static final Duration AFTER_A_FAULT = Duration.ofSeconds(1);
  private static final Duration TO_CLOSE = Duration.ofSeconds(5);

  private final ScheduledThreadPoolExecutor threads =
      new ScheduledThreadPoolExecutor(
          0,
          task -> {
            Thread thread = new Thread(task, "tailrace-background");
            thread.setDaemon(true);
            return thread;
          });

  /** Periodic work. */
  public interface Loop {
    /**
     * Runs one turn.
     *
     * @return pause before the next turn; null to end the loop
     * @throws InterruptedException when the loops are closed
     */
    @Nullable Duration turn() throws InterruptedException;
  }

  /**
   * Starts a loop.
   *
   * @param name thread name during a turn
   * @param pause pause before the first turn
   */
  public synchronized void start(String name, Duration pause, Loop loop) {
    if (threads.isShutdown()) {
      return;
    }
    threads.setCorePoolSize(threads.getCorePoolSize() + 1);
    schedule(name, pause, loop);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // turn() logs failures
  private void schedule(String name, Duration pause, Loop loop) {
    try {
      threads.schedule(() -> turn(name, loop), pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.atDebug().log("{}: closed", name);
    }
  }

  private void turn(String name, Loop loop) {
    Thread.currentThread().setName(name);
    Duration pause;
    try {
      pause = loop.turn();
    } catch (InterruptedException e) {
      LOG.atDebug().log("{}: closed", name);
      return;
    } catch (RuntimeException e) { // the next turn may succeed
      LOG.atWarn().setCause(e).log("{}: failed, trying again in {}", name, AFTER_A_FAULT);
      pause = AFTER_A_FAULT;
    } catch (Error e) {
      LOG.atError().setCause(e).log("{}: ended", name);
      throw e;
    }
    if (pause != null) {
      schedule(name, pause, loop);
    }
  }

  /** Interrupts all loops and waits a few seconds for their end. */
  @Override
  public void close() {
    synchronized (this) {
      threads.shutdownNow();
    }
    try {
      if (!threads.awaitTermination(TO_CLOSE.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.atWarn().log("background loops still run after {}", TO_CLOSE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
