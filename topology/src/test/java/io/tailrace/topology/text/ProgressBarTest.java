package io.tailrace.topology.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ProgressBarTest {
  private static final long SECOND = 1_000_000_000;

  private final StringWriter out = new StringWriter();
  private long now;

  @Test
  void fillsOneLine_onATerminal() {
    ProgressBar bar = bar(200, true);
    bar.at(100, 5);
    assertThat(out.toString()).as("too soon").isEmpty();
    now += SECOND;
    bar.at(100, 1_234);
    bar.add(100);
    now += SECOND;
    bar.at(50, 2_000);
    bar.finish(3_000);

    assertThat(out.toString().strip().split("\r"))
        .containsExactly(
            "[####################....................]  50 %  1,234 spans",
            "[##############################..........]  75 %  2,000 spans",
            "[########################################] 100 %  3,000 spans");
  }

  @Test
  void writesALineEveryFiveSeconds_elsewhere() {
    ProgressBar bar = bar(100, false);
    for (int i = 0; i < 11; i++) {
      now += SECOND;
      bar.at(i * 20, i);
    }
    bar.finish(11);

    assertThat(out.toString().lines()).hasSize(2);
    assertThat(out.toString()).contains(" 80 %  4 spans").contains("100 %  9 spans");
  }

  private ProgressBar bar(long total, boolean terminal) {
    return new ProgressBar(total, new PrintWriter(out, true), terminal, () -> now);
  }
}
