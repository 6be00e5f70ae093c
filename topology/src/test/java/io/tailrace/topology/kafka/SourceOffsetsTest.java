package io.tailrace.topology.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class SourceOffsetsTest {
  private static final TopicPartition FIRST = new TopicPartition("spans", 0);
  private static final TopicPartition SECOND = new TopicPartition("spans", 1);

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final SourceOffsets offsets = new SourceOffsets(registry);

  @Test
  void countsAnOffsetOnce_alsoIfTheTaskStartsAgain() {
    offsets.deleted(FIRST, 10, 15);
    offsets.deleted(FIRST, 10, 15);
    offsets.deleted(FIRST, 10, 18);
    offsets.deleted(SECOND, 10, 11);

    assertThat(deleted("unread")).isEqualTo(5 + 3 + 1);
    assertThat(deleted("restore")).isZero();
  }

  @Test
  void countsWhatARestartNeedsByItself() {
    offsets.deleted(FIRST, 10, 15);
    offsets.notRestored(FIRST, 8, 10);
    offsets.notRestored(FIRST, 8, 10);
    offsets.notRestored(FIRST, 8, 12);

    assertThat(deleted("restore")).isEqualTo(2 + 2);
    assertThat(deleted("unread")).isEqualTo(5);
  }

  @Test
  void countsAResetOnce() {
    offsets.reset(FIRST, 10);
    offsets.reset(FIRST, 10);
    offsets.reset(FIRST, 11);
    offsets.reset(SECOND, 10);

    assertThat(registry.get("tailrace.source.offset.resets").counter().count()).isEqualTo(3);
  }

  private double deleted(String needed) {
    return registry.get("tailrace.source.records.deleted").tag("needed", needed).counter().count();
  }
}
