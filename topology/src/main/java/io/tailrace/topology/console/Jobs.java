package io.tailrace.topology.console;

import java.io.PrintWriter;
import java.io.Writer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * What takes longer than a request may: one at a time, in the background, for so long at most. The
 * latest few results can be asked for. Thread-safe.
 */
public final class Jobs implements AutoCloseable {
  private static final int REMEMBERED = 8;

  /** What is to be done. */
  public interface Work {
    /**
     * Does it; ends soon after its thread is interrupted.
     *
     * @param progress takes lines that say how far it is
     */
    Object run(PrintWriter progress) throws Exception;
  }

  /**
   * How far a job is.
   *
   * @param state {@code running}, {@code done}, {@code failed} or {@code stopped}
   * @param progress the last line that it said; null if none
   * @param result null unless it is done
   * @param error null unless it failed or was stopped
   */
  public record Status(
      String id, String state, long seconds, String progress, Object result, String error) {}

  private final Predicate<Throwable> isTellable;
  private final LongSupplier nanoTime;
  private final long longestNanos;
  private final Deque<Job> jobs = new ArrayDeque<>();
  private long started;

  /**
   * @param longestSeconds that a job may take
   * @param isTellable whether a failure's message is meant for people
   */
  public Jobs(long longestSeconds, Predicate<Throwable> isTellable, LongSupplier nanoTime) {
    this.longestNanos = TimeUnit.SECONDS.toNanos(longestSeconds);
    this.isTellable = isTellable;
    this.nanoTime = nanoTime;
  }

  /** Starts it; empty if another runs. */
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

  /** Empty if it is not known, or not any more. */
  synchronized Optional<Status> status(String id) {
    return find(id).map(Job::status);
  }

  /** Stops it, if it runs. */
  synchronized Optional<Status> stop(String id) {
    find(id).ifPresent(job -> job.stop("stopped"));
    return status(id);
  }

  /** To be called now and then: what runs for too long is stopped. */
  synchronized void stopOverdue() {
    for (Job job : jobs) {
      if (job.isRunning() && nanoTime.getAsLong() - job.begun > longestNanos) {
        job.stop(
            "stopped after " + TimeUnit.NANOSECONDS.toSeconds(longestNanos) + " s: try less time");
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
    private volatile String progress;
    private volatile Status end;
    private volatile String stoppedWhy;

    Job(String id, Work work) {
      this.id = id;
      this.thread = new Thread(() -> run(work), "tailrace-console-job");
      thread.setDaemon(true);
    }

    private void run(Work work) {
      try {
        Object result = work.run(new PrintWriter(this, true));
        end = new Status(id, "done", seconds(), progress, result, null);
      } catch (Exception | Error e) { // or it would seem to run for ever
        boolean isStopped = stoppedWhy != null;
        String why = isStopped ? stoppedWhy : told(e);
        end = new Status(id, isStopped ? "stopped" : "failed", seconds(), progress, null, why);
      }
    }

    private String told(Throwable e) {
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
      return end != null ? end : new Status(id, "running", seconds(), progress, null, null);
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
