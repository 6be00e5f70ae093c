package io.tailrace.loadtests.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import org.junit.jupiter.api.Test;

class ScrapeTest {
  private static final String PAGE =
      """
      # HELP spans_total of a partition
      spans_total{topic="a",text="x} y"} 3.0
      spans_total{topic="b"} 4.5E1 # {trace_id="1"} 1.0 123
      up 1
      delay_bucket{le="0.1"} %d
      delay_bucket{le="0.2"} %d
      delay_bucket{le="+Inf"} %d
      """;

  @Test
  void sumsOverLabels() {
    Scrape scrape = Scrape.parse(PAGE.formatted(1, 2, 3));

    assertThat(scrape.sum("spans_total")).isEqualTo(48);
    assertThat(scrape.sum("spans_total", "topic=\"b\"")).isEqualTo(45);
    assertThat(scrape.sum("spans")).isZero();
    assertThat(scrape.sum("up")).isEqualTo(1);
    assertThat(scrape.size()).isEqualTo(6);
  }

  @Test
  void tellsQuantilesOfTheTimeBetween() {
    Scrape before = Scrape.parse(PAGE.formatted(100, 100, 100));
    Scrape after = Scrape.parse(PAGE.formatted(150, 200, 200));

    assertThat(after.quantileSince(before, "delay", 0.25)).isEqualTo(0.05, offset(1e-9));
    assertThat(after.quantileSince(before, "delay", 0.99)).isEqualTo(0.198, offset(1e-9));
    assertThat(after.quantileSince(after, "delay", 0.99)).isNaN();
    Scrape beyond = Scrape.parse(PAGE.formatted(100, 100, 110));
    assertThat(beyond.quantileSince(before, "delay", 0.5)).isEqualTo(0.2);
  }
}
