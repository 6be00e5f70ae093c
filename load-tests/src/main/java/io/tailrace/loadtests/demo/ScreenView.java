package io.tailrace.loadtests.demo;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Redraws the screen every second with ANSI sequences. */
final class ScreenView implements DemoView {
  private static final String HOME_AND_CLEAR = "\u001b[H\u001b[2J";
  private static final String BOLD = "\u001b[1m";
  private static final String DIM = "\u001b[2m";
  private static final String PLAIN = "\u001b[0m";
  private static final int BAR_WIDTH = 30;

  private final PrintWriter out;
  private List<String> hints = List.of();

  ScreenView(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void step(String what) {
    out.println("* " + what);
    out.flush();
  }

  @Override
  public void hints(List<String> lines) {
    hints = List.copyOf(lines);
  }

  @Override
  public void figures(Duration elapsed, DemoFigures now, DemoFigures before, Duration between) {
    DemoFigures.Change change = now.since(before, between);
    List<String> lines = new ArrayList<>();
    lines.add(
        format(
            "%sTailrace demo%s  %02d:%02d   policies v%d",
            BOLD, PLAIN, elapsed.toMinutes(), elapsed.toSecondsPart(), now.policyVersion()));
    lines.add("");
    lines.add(
        format(
            "in        %,8.0f spans/s %,8.0f traces/s   %,12d spans %,11d traces",
            change.spansPerSecond(), change.tracesPerSecond(), now.spans(), now.traces()));
    lines.add(
        format(
            "kept      %s %5.1f %% of traces now   %,11d traces",
            bar(change.keptPercent()), change.keptPercent(), now.kept()));
    for (Map.Entry<String, Long> policy : now.keeps().entrySet()) {
      double share = change.keptPercent(policy.getKey());
      lines.add(
          format(
              "  %-20.20s %s %5.1f %% %,11d",
              policy.getKey(), bar(share), share, policy.getValue()));
    }
    lines.add(format("dropped   %,d traces", now.dropped()));
    lines.add(
        format(
            "open      %,d traces, %,d spans, %.1f MB",
            now.open(), now.openSpans(), now.openBytes() / 1e6));
    lines.add(
        format(
            "delay     %.2f s from due to exported (the wait itself: %d s)",
            change.delaySeconds(), Demo.DECISION_WAIT.toSeconds()));
    lines.add(format("late      %,d spans    dead letters %,d", now.late(), now.deadLetters()));
    lines.add("");
    hints.forEach(hint -> lines.add(DIM + hint + PLAIN));
    out.print(HOME_AND_CLEAR);
    lines.forEach(out::println);
    out.flush();
  }

  @Override
  public Duration interval() {
    return Duration.ofSeconds(1);
  }

  @Override
  public void summary(List<String> lines) {
    out.println();
    lines.forEach(out::println);
    out.flush();
  }

  private static String bar(double percent) {
    int full = (int) Math.round(Math.min(100, percent) / 100 * BAR_WIDTH);
    return "█".repeat(full) + "░".repeat(BAR_WIDTH - full);
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
