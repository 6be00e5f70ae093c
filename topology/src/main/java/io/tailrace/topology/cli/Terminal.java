package io.tailrace.topology.cli;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Terminal of a command that redraws its output. Uses the alternate screen and single keys. {@link
 * #close} restores the terminal, as do signals. Thread-safe.
 */
final class Terminal implements AutoCloseable {
  static final char NO_KEY = 0;
  static final char CTRL_C = 3;

  private static final File TTY = new File("/dev/tty");
  private static final String ENTER = "\u001b[?1049h\u001b[?25l"; // alternate screen, no cursor
  private static final String LEAVE = "\u001b[?25h\u001b[?1049l";
  private static final String HOME = "\u001b[H";
  private static final String NEXT_LINE = "\r\n";
  private static final String CLEAR_LINE = "\u001b[K";
  private static final String CLEAR_BELOW = "\u001b[J";
  private static final int ROWS = 24;
  private static final int COLUMNS = 80;
  private static final long TO_ASK_MILLIS = 1_000;

  private final PrintWriter out;
  private final Optional<String> mode;
  private final BlockingQueue<Character> keys = new LinkedBlockingQueue<>();
  private final Thread atExit = new Thread(this::restore);
  private boolean restored;

  private Terminal(PrintWriter out) {
    this.out = out;
    this.mode = stty("-g");
  }

  /**
   * Returns whether the output of the process is a terminal. {@code System.console} is never null
   * in Java 22.
   */
  static boolean isThere() {
    try {
      return new ProcessBuilder("sh", "-c", "test -t 1").inheritIO().start().waitFor() == 0;
    } catch (IOException noShell) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  static Terminal open(PrintWriter out) {
    Terminal terminal = new Terminal(out);
    Runtime.getRuntime().addShutdownHook(terminal.atExit);
    if (terminal.mode.isPresent()) {
      stty("-icanon", "-echo");
      Thread reader = new Thread(terminal::read, "tailrace-keys");
      reader.setDaemon(true);
      reader.start();
    }
    out.print(ENTER);
    out.flush();
    return terminal;
  }

  /** Replaces the content of the screen. Cuts what exceeds its size. */
  synchronized void draw(List<String> lines) {
    if (restored) {
      return;
    }
    out.print(frame(lines, size()));
    out.flush();
  }

  /** Returns the next key, or {@link #NO_KEY} after the time. */
  char key(Duration within) throws InterruptedException {
    Character key = keys.poll(within.toNanos(), TimeUnit.NANOSECONDS);
    return key == null ? NO_KEY : key;
  }

  /** Rows and columns. */
  record Size(int rows, int columns) {
    private static final Pattern SIZE = Pattern.compile("([1-9]\\d{0,4}) ([1-9]\\d{0,4})");

    /** Parses the output of {@code stty size}. The size of some terminals is unknown, or 0. */
    static Size parse(String text) {
      Matcher size = SIZE.matcher(text.strip());
      return size.matches()
          ? new Size(Integer.parseInt(size.group(1)), Integer.parseInt(size.group(2)))
          : new Size(ROWS, COLUMNS);
    }
  }

  /**
   * Returns the text that replaces the content of a screen. Clears a line before it is written:
   * after a line that fills the width, terminals would clear its last character.
   */
  static String frame(List<String> lines, Size size) {
    StringBuilder frame = new StringBuilder(HOME);
    int rows = Math.min(lines.size(), size.rows);
    for (int row = 0; row < rows; row++) {
      String line = lines.get(row);
      frame
          .append(row == 0 ? "" : NEXT_LINE)
          .append(CLEAR_LINE)
          .append(line, 0, Math.min(line.length(), size.columns));
    }
    return rows < size.rows ? frame + NEXT_LINE + CLEAR_BELOW : frame.toString();
  }

  private static Size size() {
    return Size.parse(stty("size").orElse(""));
  }

  private void read() {
    try {
      InputStream in = System.in;
      for (int key = in.read(); key >= 0; key = in.read()) {
        keys.add((char) key);
      }
    } catch (IOException closed) {
      // no more keys
    }
  }

  private synchronized void restore() {
    if (!restored) {
      restored = true;
      mode.ifPresent(Terminal::stty);
      out.print(LEAVE);
      out.flush();
    }
  }

  @Override
  public void close() {
    restore();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException exiting) {
      // the hook has nothing left to do
    }
  }

  /** Returns the output of {@code stty}, or empty where there is none. */
  private static Optional<String> stty(String... arguments) {
    List<String> command = new ArrayList<>(List.of("stty"));
    command.addAll(List.of(arguments));
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectInput(TTY)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(TO_ASK_MILLIS, TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        return Optional.empty();
      }
      return process.exitValue() == 0 ? Optional.of(output.strip()) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
