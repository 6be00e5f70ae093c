package io.tailrace.loadtests.demo;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Prints lines only, for pipes and CI. */
final class PlainView implements DemoView {
  private final PrintWriter out;

  PlainView(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void step(String what) {
    print("* " + what);
  }

  @Override
  public void hints(List<String> lines) {
    lines.forEach(this::print);
  }

  @Override
  public void figures(Duration elapsed, DemoFigures now, DemoFigures before, Duration between) {
    DemoFigures.Change change = now.since(before, between);
    StringBuilder policies = new StringBuilder();
    now.keeps()
        .forEach(
            (policy, traces) -> policies.append(' ').append(policy).append('=').append(traces));
    print(
        String.format(
            Locale.ROOT,
            "%4ds  in %6.0f spans/s %5.0f traces/s | share kept %5.1f %% | kept by%s | dropped %d"
                + " | open %d | delay %.2f s | late %d | dead letters %d | policies v%d",
            elapsed.toSeconds(),
            change.spansPerSecond(),
            change.tracesPerSecond(),
            change.keptPercent(),
            policies,
            now.dropped(),
            now.open(),
            change.delaySeconds(),
            now.late(),
            now.deadLetters(),
            now.policyVersion()));
  }

  @Override
  public Duration interval() {
    return Duration.ofSeconds(5);
  }

  @Override
  public void summary(List<String> lines) {
    lines.forEach(this::print);
  }

  private void print(String line) {
    out.println(line);
    out.flush();
  }
}
