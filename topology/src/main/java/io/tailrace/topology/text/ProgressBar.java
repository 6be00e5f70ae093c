package io.tailrace.topology.text;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Shows the progress of reading records: as a bar on a terminal, otherwise as a line every five
 * seconds. Not thread-safe.
 */
public final class ProgressBar {
  private static final int WIDTH = 40;
  private static final long BETWEEN_LINES = TimeUnit.SECONDS.toNanos(5);
  private static final long BETWEEN_REDRAWS = TimeUnit.MILLISECONDS.toNanos(200);

  private final long total;
  private final PrintWriter out;
  private final boolean terminal;
  private final LongSupplier nanoTime;
  private long before;
  private long nextAt;
  private boolean drawn;

  public ProgressBar(long total, PrintWriter out) {
    this(
        total,
        out,
        Boolean.getBoolean("tailrace.terminal"),
        System::nanoTime); // set by the launcher
  }

  /**
   * @param total expected number of records; may be exceeded slightly
   * @param terminal whether the output can overwrite a line
   */
  ProgressBar(long total, PrintWriter out, boolean terminal, LongSupplier nanoTime) {
    this.total = Math.max(1, total);
    this.out = out;
    this.terminal = terminal;
    this.nanoTime = nanoTime;
    this.nextAt = nanoTime.getAsLong() + between();
  }

  /** Reports progress within a part. Can be called often. */
  public void at(long ofPart, long spans) {
    long now = nanoTime.getAsLong();
    if (now - nextAt >= 0) {
      nextAt = now + between();
      draw(Math.min(total, before + ofPart), spans);
    }
  }

  /** Reports the end of a part with this number of records. */
  public void add(long part) {
    before += part;
  }

  /** Reports the end of the last part. */
  public void finish(long spans) {
    if (drawn && terminal) {
      draw(total, spans);
      out.println();
      out.flush();
    }
  }

  private long between() {
    return terminal ? BETWEEN_REDRAWS : BETWEEN_LINES;
  }

  private void draw(long done, long spans) {
    drawn = true;
    int filled = (int) (done * WIDTH / total);
    String line =
        String.format(
            Locale.ROOT,
            "[%s%s] %3d %%  %,d spans",
            "#".repeat(filled),
            ".".repeat(WIDTH - filled),
            done * 100 / total,
            spans);
    out.print(terminal ? "\r" + line : line + System.lineSeparator());
    out.flush();
  }
}
