package io.tailrace.topology.gateway;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests that are being received and answers that are being sent. Limits their memory and their
 * time: the oldest is aborted, because good senders need milliseconds. Thread-safe.
 */
final class Transfers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Transfers.class);

  /** Fixed cost: objects of the stream and its headers. */
  static final int REQUEST_BYTES = 4 << 10;

  private static final long SWEEPS_PER_TIMEOUT = 10;

  private final long maxBytes;
  private final Duration timeout;
  private final Set<Transfer> open = new LinkedHashSet<>();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "tailrace-gateway-clock");
            thread.setDaemon(true);
            return thread;
          });
  private final ScheduledFuture<?> sweeps;
  private long bytes;

  /**
   * @param maxBytes limit of the memory of all transfers; a single one may exceed it
   * @param timeout limit of the time of each
   */
  Transfers(long maxBytes, Duration timeout) {
    this.maxBytes = maxBytes;
    this.timeout = timeout;
    long pause = Math.max(1, timeout.toMillis() / SWEEPS_PER_TIMEOUT);
    sweeps = clock.scheduleWithFixedDelay(this::abortSlow, pause, pause, TimeUnit.MILLISECONDS);
  }

  /** One request or answer. */
  final class Transfer {
    private final long start = System.nanoTime();
    private final Consumer<String> abortion;
    private long taken = REQUEST_BYTES;

    private Transfer(Consumer<String> abortion) {
      this.abortion = abortion;
    }

    /** Adds memory. May abort this transfer or others. */
    void add(long more) {
      Transfers.this.add(this, more);
    }

    /** Releases the memory. Has no effect after the first time, or after an abortion. */
    void end() {
      synchronized (Transfers.this) {
        remove(this);
      }
    }
  }

  /**
   * Begins a transfer.
   *
   * @param abortion ends the transfer with the reason, on any thread; called at most once; must not
   *     block
   */
  Transfer begin(Consumer<String> abortion) {
    Transfer transfer = new Transfer(abortion);
    synchronized (this) {
      open.add(transfer);
      bytes += transfer.taken;
    }
    transfer.add(0);
    return transfer;
  }

  synchronized long bytes() {
    return bytes;
  }

  @Override
  public void close() {
    sweeps.cancel(false);
    clock.shutdownNow();
  }

  private void add(Transfer to, long more) {
    List<Transfer> aborted = new ArrayList<>();
    synchronized (this) {
      if (!open.contains(to)) {
        return;
      }
      to.taken += more;
      bytes += more;
      Iterator<Transfer> oldest = open.iterator();
      while (bytes > maxBytes && open.size() > 1) {
        Transfer next = oldest.next();
        oldest.remove();
        bytes -= next.taken;
        aborted.add(next);
      }
    }
    abort(aborted, "too many bytes are being received: try again later");
  }

  private void abortSlow() {
    List<Transfer> aborted = new ArrayList<>();
    synchronized (this) {
      Iterator<Transfer> oldest = open.iterator();
      while (oldest.hasNext()) {
        Transfer next = oldest.next();
        if (System.nanoTime() - next.start < timeout.toNanos()) {
          break;
        }
        oldest.remove();
        bytes -= next.taken;
        aborted.add(next);
      }
    }
    abort(aborted, "request: incomplete after %ds".formatted(Math.max(1, timeout.toSeconds())));
  }

  private void remove(Transfer transfer) {
    if (open.remove(transfer)) {
      bytes -= transfer.taken;
    }
  }

  private static void abort(List<Transfer> transfers, String why) {
    for (Transfer transfer : transfers) {
      try {
        transfer.abortion.accept(why);
      } catch (RuntimeException e) { // the others must be aborted, too
        LOG.atWarn().setCause(e).log("cannot abort a transfer");
      }
    }
  }
}
