package io.tailrace.topology.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tailrace.serdes.Encoding;
import io.tailrace.serdes.Watermark;
import io.tailrace.topology.config.IngestTopic;
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
    SplitSource one = SplitSource.oneOfSeveral(new IngestTopic("one", Encoding.OTLP_PROTO), 2);
    SplitSource two = SplitSource.oneOfSeveral(new IngestTopic("two", Encoding.OTLP_PROTO), 1);
    Watermarks watermarks = new Watermarks(new SplitSources(List.of(one, two)));
    watermarks.observe(new Watermark(one.number(0), 70));
    watermarks.observe(new Watermark(one.number(1), 80));
    assertThat(watermarks.all()).as("nothing of the second topic").isEqualTo(Long.MIN_VALUE);

    watermarks.observe(new Watermark(two.number(0), 75));
    assertThat(watermarks.all()).isEqualTo(70);

    watermarks.observe(new Watermark(one.number(2), 60));
    assertThat(watermarks.all()).isEqualTo(60);
  }

  @Test
  void aTopicThatIsNoLongerReadHoldsNothingUp() {
    Watermarks watermarks = watermarks(1);
    IngestTopic former = new IngestTopic("former", Encoding.OTLP_PROTO);
    watermarks.observe(new Watermark(SplitSource.oneOfSeveral(former, 1).number(0), 10));
    watermarks.observe(new Watermark(1 << 16, 10)); // of a second topic, by an earlier release
    watermarks.observe(new Watermark(0, 70));

    assertThat(watermarks.all()).isEqualTo(70);
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
    assertThatThrownBy(() -> Watermarks.of(headers(new byte[] {1, 2})))
        .hasMessageContaining("2 bytes")
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Watermarks watermarks(int partitions) {
    IngestTopic sole = new IngestTopic("sole", Encoding.OTLP_PROTO);
    return new Watermarks(new SplitSources(List.of(SplitSource.sole(sole, partitions))));
  }

  private static Headers headers(byte[] watermark) {
    return new RecordHeaders().add(HeaderNames.WATERMARK, watermark);
  }
}
