package io.tailrace.topology.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class BoundedTimestampsTest {
  private Instant wallClock = Instant.ofEpochMilli(10_000);
  private final BoundedTimestamps timestamps = new BoundedTimestamps(500, () -> wallClock);

  @Test
  void aClockThatRunsAheadIsCutToTheAllowedSkew() {
    assertThat(timestamps.bounded(10_500)).isEqualTo(10_500);
    assertThat(timestamps.bounded(10_501)).isEqualTo(10_500);
    assertThat(timestamps.bounded(Long.MAX_VALUE)).isEqualTo(10_500);

    wallClock = Instant.ofEpochMilli(20_000);
    assertThat(timestamps.bounded(Long.MAX_VALUE)).isEqualTo(20_500);
  }

  @Test
  void recordsWithoutATimeAreNotNegative() {
    assertThat(timestamps.bounded(ConsumerRecord.NO_TIMESTAMP)).isZero();
  }
}
