package io.tailrace.topology.simulate;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Prints the read progress of an input every few seconds. Not thread-safe. */
public final class SimulationProgress {
  private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final String name;
  private final long size;
  private final LongSupplier bytesRead;
  private final PrintWriter out;
  private final LongSupplier nanoTime;
  private long nextAt;

  /**
   * @param size size of the input in bytes; 0 if unknown
   */
  public SimulationProgress(
      String name, long size, LongSupplier bytesRead, PrintWriter out, LongSupplier nanoTime) {
    this.name = name;
    this.size = size;
    this.bytesRead = bytesRead;
    this.out = out;
    this.nanoTime = nanoTime;
    this.nextAt = nanoTime.getAsLong() + INTERVAL_NANOS;
  }

  /**
   * Prints the progress if it is time. Call it often.
   *
   * @param spans spans read so far, of all inputs
   */
  void tick(long spans) {
    long now = nanoTime.getAsLong();
    if (now - nextAt < 0) {
      return;
    }
    nextAt = now + INTERVAL_NANOS;
    String part =
        size == 0
            ? ""
            : String.format(Locale.ROOT, ", %d %% of %s", bytesRead.getAsLong() * 100 / size, name);
    out.printf(Locale.ROOT, "%,d spans%s%n", spans, part);
    out.flush();
  }
}
