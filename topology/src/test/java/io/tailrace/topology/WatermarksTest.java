package io.tailrace.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tailrace.serdes.Watermark;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class WatermarksTest {
  @Test
  void nothingIsReached_untilEverySourceHasSpoken() {
    Watermarks watermarks = new Watermarks(2);
    watermarks.observe(new Watermark(1, 50));
    assertThat(watermarks.all()).isEqualTo(Long.MIN_VALUE);

    watermarks.observe(new Watermark(0, 70));
    assertThat(watermarks.all()).isEqualTo(50);
  }

  @Test
  void aSourceThatReadsAgainTakesNothingBack() {
    Watermarks watermarks = new Watermarks(1);
    watermarks.observe(new Watermark(0, 70));
    watermarks.observe(new Watermark(0, 30));

    assertThat(watermarks.all()).isEqualTo(70);
  }

  @Test
  void partitionsThatWereAddedCount_withAllBelowThem() {
    Watermarks watermarks = new Watermarks(1);
    watermarks.observe(new Watermark(0, 70));
    watermarks.observe(new Watermark(2, 60));
    assertThat(watermarks.all()).isEqualTo(Long.MIN_VALUE);

    watermarks.observe(new Watermark(1, 65));
    assertThat(watermarks.all()).isEqualTo(60);
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
        .hasMessage("watermark: of partition -1");
    assertThatThrownBy(() -> Watermarks.of(headers(new Watermark(1 << 20, 99).encode())))
        .hasMessage("watermark: of partition 1048576");
    assertThatThrownBy(() -> Watermarks.of(headers(new byte[] {1, 2})))
        .hasMessageContaining("2 bytes")
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Headers headers(byte[] watermark) {
    return new RecordHeaders().add(HeaderNames.WATERMARK, watermark);
  }
}
