package io.tailrace.topology.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceConsumerTest {
  @ParameterizedTest
  @CsvSource({
    "deleted before it was read, 50, , 100, 200, 100",
    "deleted up to the end, 50, , 200, 200, 200",
    "after the end, 300, , 100, 200, 100",
    "exists by now, 150, , 100, 200, 150",
    "at the end, 200, , 100, 200, 200",
    "truncated and written again, 150, 120, 100, 200, 120",
    "truncated to deleted records, 150, 90, 100, 200, 100",
  })
  void continuesWithoutALoss(
      String why, long position, Long diverged, long begin, long end, long expected) {
    OptionalLong common = diverged == null ? OptionalLong.empty() : OptionalLong.of(diverged);

    assertThat(SourceConsumer.continuation(position, common, begin, end))
        .as(why)
        .isEqualTo(expected);
  }
}
