package io.tailrace.topology.kafka;

import java.time.Duration;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Daemon thread that uses a Kafka client turn by turn until {@link #close}. Unlike {@link
 * BackgroundLoops}, it owns the client: the last turn ends before the client is closed.
 * Thread-safe.
 */
public final class ClientThread implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ClientThread.class);
  private static final Duration TO_CLOSE = Duration.ofSeconds(5);

  private final Thread thread;
  private final BackgroundLoops.Loop loop;
  private final @Nullable Runnable wakeup;
  private final Runnable atEnd;
  private volatile boolean closed;

  /** Creates a thread whose turns end on an interrupt. */
  public ClientThread(String name, BackgroundLoops.Loop loop) {
    this(name, loop, null, () -> {});
  }

  /**
   * @param loop turn; handles failures other than those of the end itself
   * @param wakeup ends a call of the client in another thread, such as {@code Consumer#wakeup};
   *     null: an interrupt does
   * @param atEnd runs in the thread after the last turn
   */
  public ClientThread(
      String name, BackgroundLoops.Loop loop, @Nullable Runnable wakeup, Runnable atEnd) {
    this.loop = loop;
    this.wakeup = wakeup;
    this.atEnd = atEnd;
    thread = new Thread(this::run, name);
    thread.setDaemon(true);
  }

  public void start() {
    thread.start();
  }

  /** Returns whether {@link #close} was called. */
  public boolean isClosed() {
    return closed;
  }

  private void run() {
    try {
      Duration pause = Duration.ZERO;
      while (!closed && pause != null) {
        Thread.sleep(pause.toMillis());
        pause = loop.turn();
      }
    } catch (WakeupException | InterruptException | InterruptedException e) {
      LOG.atDebug().log("{}: closed", thread.getName());
    } catch (RuntimeException | Error e) { // a defect of the loop
      LOG.atError().setCause(e).log("{}: ended", thread.getName());
    } finally {
      atEnd.run();
    }
  }

  /** Ends the current turn and waits for the end of the thread. */
  @Override
  public void close() {
    closed = true;
    if (wakeup == null) {
      thread.interrupt();
    } else {
      wakeup.run();
    }
    try {
      thread.join(TO_CLOSE.toMillis());
      thread.interrupt(); // it may sleep, or wait for others
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
