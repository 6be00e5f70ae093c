package io.tailrace.topology.console;

import java.io.PrintWriter;
import java.io.Writer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Runs long requests in the background, one at a time and with a time limit. Keeps the latest
 * results. Thread-safe.
 */
public final class Jobs implements AutoCloseable {
  private static final int REMEMBERED = 8;

  /** A job. */
  public interface Work {
    /**
     * Runs the job. Must end soon after an interrupt.
     *
     * @param progress receives progress lines
     */
    Object run(PrintWriter progress) throws Exception;
  }

  /**
   * Status of a job.
   *
   * @param state {@code running}, {@code done}, {@code failed} or {@code stopped}
   * @param progress last progress line, or null
   * @param result result; null unless done
   * @param error message; null unless failed or stopped
   */
  public record Status(
      String id,
      String state,
      long seconds,
      @Nullable String progress,
      @Nullable Object result,
      @Nullable String error) {}

  private final Predicate<Throwable> isTellable;
  private final LongSupplier nanoTime;
  private final long longestNanos;
  private final Deque<Job> jobs = new ArrayDeque<>();
  private long started;

  /**
   * @param longestSeconds maximum runtime of a job
   * @param isTellable whether the message of a failure may be shown
   */
  public Jobs(long longestSeconds, Predicate<Throwable> isTellable, LongSupplier nanoTime) {
    this.longestNanos = TimeUnit.SECONDS.toNanos(longestSeconds);
    this.isTellable = isTellable;
    this.nanoTime = nanoTime;
  }

  /** Starts a job. Empty if another one runs. */
  synchronized Optional<Status> start(Work work) {
    if (jobs.stream().anyMatch(Job::isRunning)) {
      return Optional.empty();
    }
    while (jobs.size() >= REMEMBERED) {
      jobs.removeLast();
    }
    Job job = new Job(Long.toString(++started), work);
    jobs.addFirst(job);
    job.thread.start();
    return Optional.of(job.status());
  }

  /** Returns the status. Empty if the job is unknown or expired. */
  synchronized Optional<Status> status(String id) {
    return find(id).map(Job::status);
  }

  /** Stops a running job. */
  synchronized Optional<Status> stop(String id) {
    find(id).ifPresent(job -> job.stop("stopped"));
    return status(id);
  }

  /** Stops a job that exceeds the time limit. Must be called periodically. */
  synchronized void stopOverdue() {
    for (Job job : jobs) {
      if (job.isRunning() && nanoTime.getAsLong() - job.begun > longestNanos) {
        job.stop(
            "stopped after "
                + TimeUnit.NANOSECONDS.toSeconds(longestNanos)
                + " s: try a shorter interval");
      }
    }
  }

  private Optional<Job> find(String id) {
    return jobs.stream().filter(job -> job.id.equals(id)).findFirst();
  }

  @Override
  public synchronized void close() {
    jobs.forEach(job -> job.stop("the instance is stopping"));
  }

  private final class Job extends Writer {
    private final String id;
    private final long begun = nanoTime.getAsLong();
    private final Thread thread;
    private final StringBuilder line = new StringBuilder();
    private volatile @Nullable String progress;
    private volatile @Nullable Status end;
    private volatile @Nullable String stoppedWhy;

    Job(String id, Work work) {
      this.id = id;
      this.thread = new Thread(() -> run(work), "tailrace-console-job");
      thread.setDaemon(true);
    }

    private void run(Work work) {
      try {
        Object result = work.run(new PrintWriter(this, true));
        end = new Status(id, "done", seconds(), progress, result, null);
      } catch (Exception | Error e) { // otherwise the job would appear to run forever
        String stopped = stoppedWhy;
        boolean isStopped = stopped != null;
        String why = isStopped ? stopped : told(e);
        end = new Status(id, isStopped ? "stopped" : "failed", seconds(), progress, null, why);
      }
    }

    private @Nullable String told(Throwable e) {
      return isTellable.test(e) ? e.getMessage() : e.toString();
    }

    boolean isRunning() {
      return end == null;
    }

    void stop(String why) {
      if (isRunning()) {
        stoppedWhy = why;
        thread.interrupt();
      }
    }

    Status status() {
      Status last = end;
      return last != null ? last : new Status(id, "running", seconds(), progress, null, null);
    }

    private long seconds() {
      return TimeUnit.NANOSECONDS.toSeconds(nanoTime.getAsLong() - begun);
    }

    @Override
    public void write(char[] chars, int offset, int length) {
      for (int i = offset; i < offset + length; i++) {
        if (chars[i] == '\n' || chars[i] == '\r') {
          progress = line.isEmpty() ? progress : line.toString();
          line.setLength(0);
        } else {
          line.append(chars[i]);
        }
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
