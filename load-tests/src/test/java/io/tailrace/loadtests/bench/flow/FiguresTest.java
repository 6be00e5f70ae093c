package io.tailrace.loadtests.bench.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class FiguresTest {
  private static final FilledTopic TOPIC =
      new FilledTopic("t", 10_000, 4_000, 1_000, 5_000_000, 1_000_000, 0);

  private final Sample from =
      new Sample(
          1_000_000_000L,
          2_000,
          2_000,
          1_000_000,
          100,
          10,
          50,
          5_000,
          3_000_000_000L,
          1_000_000_000L,
          7_000_000,
          400,
          300,
          900,
          950,
          60_000);
  private final Sample to =
      new Sample(
          3_000_000_000L,
          6_000,
          6_000,
          3_000_000,
          300,
          20,
          70,
          105_000,
          3_500_000_000L,
          1_100_000_000L,
          11_000_000,
          500_000_000,
          310,
          990,
          700_000_000,
          260_000);

  /** 4,000 spans of 500 bytes in two seconds. */
  private final Figures figures =
      Figures.of(new Figures.Window(from, to, 20_000, 8_000_000), TOPIC);

  @Test
  void takesDifferencesOverTheWindow_perSpanOrPerSecond() {
    assertThat(figures.get("spans/s")).isEqualTo(2_000);
    assertThat(figures.get("MB/s")).isCloseTo(1.0, within(1e-9));
    assertThat(figures.get("engine CPU µs/span")).as("without the compiler's").isEqualTo(100);
    assertThat(figures.get("JIT CPU µs/span")).isEqualTo(25);
    assertThat(figures.get("broker CPU µs/span")).isEqualTo(2);
    assertThat(figures.get("allocated bytes/span")).isEqualTo(1_000);
    assertThat(figures.get("allocated/ingested")).isEqualTo(2);
    assertThat(figures.get("RocksDB bytes/span")).isEqualTo(50);
    assertThat(figures.get("export/ingested")).isEqualTo(.05);
    assertThat(figures.get("kept share")).as("of those decided meanwhile").isEqualTo(.05);
  }

  @Test
  void comparesBytesInKafka_withTheIngestedOnesAsTheyLieInKafka() {
    assertThat(figures.get("Kafka/ingested")).as("20,000 of 100 bytes a span").isEqualTo(.05);
  }

  @Test
  void takesPeaksAsTheyAre() {
    assertThat(figures.get("heap peak MB")).isEqualTo(500);
    assertThat(figures.get("RSS peak MB")).isEqualTo(700);
    assertThat(figures.get("open traces")).isEqualTo(70);
  }

  @Test
  void hasNoFigure_whereNothingIsKnown() {
    Figures floor = Figures.of(new Figures.Window(from, decidesNothing(to), 20_000, -1), TOPIC);

    assertThat(floor.values()).doesNotContainKeys("broker CPU µs/span", "kept share");
    assertThat(floor.get("kept share")).isNaN();
  }

  @Test
  void samplesSurviveTheirLine_andAddUp() {
    assertThat(Sample.parse(to.toLine())).isEqualTo(to);

    Sample sum = from.plus(to);
    assertThat(sum.nanos()).isEqualTo(from.nanos());
    assertThat(sum.spans()).isEqualTo(8_000);
    assertThat(sum.diskBytes()).isEqualTo(320_000);
  }

  private Sample decidesNothing(Sample s) {
    return new Sample(
        s.nanos(),
        s.spans(),
        s.split(),
        s.bytes(),
        from.decided(),
        from.kept(),
        0,
        s.exportedBytes(),
        s.cpuNanos(),
        s.jitNanos(),
        s.allocatedBytes(),
        s.heapPeak(),
        s.heapLive(),
        s.rss(),
        s.rssPeak(),
        s.diskBytes());
  }
}
