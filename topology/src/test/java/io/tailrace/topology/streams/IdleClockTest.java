package io.tailrace.topology.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class IdleClockTest {
  private static final TopicPartition PARTITION = new TopicPartition("spans", 3);
  private static final long IDLE_AFTER = 2_000;

  private OptionalLong caughtUpAsOf = OptionalLong.of(9_900);
  private final IdleClock clock =
      new IdleClock(
          partition -> partition.equals(PARTITION) ? caughtUpAsOf : OptionalLong.empty(),
          IDLE_AFTER);

  @Test
  void timePasses_onceThePartitionIsQuietAndReadToItsEnd() {
    clock.start(PARTITION, 8_000);

    assertThat(clock.quietUntil(9_999)).isEmpty();
    assertThat(clock.quietUntil(10_000)).as("records may be on their way").hasValue(7_900);
  }

  @Test
  void timePasses_afterTheClockWasSetBack() {
    clock.start(PARTITION, 3_600_000);

    assertThat(clock.quietUntil(8_000)).isEmpty();
    assertThat(clock.quietUntil(9_999)).isEmpty();
    assertThat(clock.quietUntil(10_000)).isPresent();
  }

  @Test
  void timeStands_whileRecordsCome() {
    clock.start(PARTITION, 8_000);
    clock.recordCame(9_000);

    assertThat(clock.quietUntil(10_999)).isEmpty();
    assertThat(clock.quietUntil(11_000)).isPresent();
  }

  @Test
  void asksFromTheBeginning_soThatThereIsEvidenceWhenItIsQuiet() {
    List<TopicPartition> asked = new ArrayList<>();
    IdleClock asking =
        new IdleClock(
            partition -> {
              asked.add(partition);
              return OptionalLong.empty();
            },
            IDLE_AFTER);
    asking.start(PARTITION, 8_000);
    asking.quietUntil(8_001);

    assertThat(asked).containsExactly(PARTITION);
  }

  @Test
  void timeStands_howeverQuietItIs_whenTheEndIsNotKnownToBeReached() {
    clock.start(PARTITION, 8_000);
    caughtUpAsOf = OptionalLong.empty();

    assertThat(clock.quietUntil(1_000_000)).isEmpty();
  }
}
