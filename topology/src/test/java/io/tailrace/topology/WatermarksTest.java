package io.tailrace.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tailrace.serdes.Watermark;
import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class WatermarksTest {
  @Test
  void nothingIsReached_untilEverySourceHasSpoken() {
    Watermarks watermarks = watermarks(2);
    watermarks.observe(new Watermark(1, 50));
    assertThat(watermarks.all()).isEqualTo(Long.MIN_VALUE);

    watermarks.observe(new Watermark(0, 70));
    assertThat(watermarks.all()).isEqualTo(50);
  }

  @Test
  void aSourceThatReadsAgainTakesNothingBack() {
    Watermarks watermarks = watermarks(1);
    watermarks.observe(new Watermark(0, 70));
    watermarks.observe(new Watermark(0, 30));

    assertThat(watermarks.all()).isEqualTo(70);
  }

  @Test
  void partitionsThatWereAddedCount_withAllBelowThem() {
    Watermarks watermarks = watermarks(1);
    watermarks.observe(new Watermark(0, 70));
    watermarks.observe(new Watermark(2, 60));
    assertThat(watermarks.all()).isEqualTo(Long.MIN_VALUE);

    watermarks.observe(new Watermark(1, 65));
    assertThat(watermarks.all()).isEqualTo(60);
  }

  @Test
  void topicsGrowWithoutGettingInEachOthersWay() {
    Watermarks watermarks = watermarks(2, 1);
    watermarks.observe(new Watermark(0, 70));
    watermarks.observe(new Watermark(1, 80));
    assertThat(watermarks.all()).as("nothing of the second topic").isEqualTo(Long.MIN_VALUE);

    watermarks.observe(new Watermark(SplitSources.number(1, 0), 75));
    assertThat(watermarks.all()).isEqualTo(70);

    watermarks.observe(new Watermark(SplitSources.number(0, 2), 60));
    assertThat(watermarks.all()).isEqualTo(60);
  }

  @Test
  void aTopicThatIsNoLongerReadHoldsNothingUp() {
    Watermarks watermarks = watermarks(1);
    watermarks.observe(new Watermark(SplitSources.number(1, 0), 10));
    watermarks.observe(new Watermark(0, 70));

    assertThat(watermarks.all()).isEqualTo(70);
  }

  @Test
  void partitionsOfTheFirstTopicAreNumberedAsIfItWereTheOnlyOne() {
    assertThat(SplitSources.number(0, 7)).isEqualTo(7);
    assertThat(SplitSources.number(3, 7)).isNotEqualTo(SplitSources.number(7, 3));
    assertThat(SplitSources.topic(SplitSources.number(15, 9_999))).isEqualTo(15);
    assertThat(SplitSources.partition(SplitSources.number(15, 9_999))).isEqualTo(9_999);
  }

  @Test
  void isToldFromSpansByItsHeader() {
    assertThat(Watermarks.of(new RecordHeaders())).isNull();
    assertThat(Watermarks.of(headers(new Watermark(3, 99).encode())))
        .isEqualTo(new Watermark(3, 99));
  }

  @Test
  void refusesWhatNoSplitterWrites() {
    assertThatThrownBy(() -> Watermarks.of(headers(new Watermark(-1, 99).encode())))
        .hasMessage("watermark: of source -1");
    assertThatThrownBy(() -> Watermarks.of(headers(new Watermark(1 << 20, 99).encode())))
        .hasMessage("watermark: of source 1048576");
    assertThatThrownBy(() -> Watermarks.of(headers(new byte[] {1, 2})))
        .hasMessageContaining("2 bytes")
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Watermarks watermarks(Integer... partitions) {
    return new Watermarks(new SplitSources(List.of(partitions)));
  }

  private static Headers headers(byte[] watermark) {
    return new RecordHeaders().add(HeaderNames.WATERMARK, watermark);
  }
}
