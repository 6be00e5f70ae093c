package io.tailrace.topology.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BrokerContactTest {
  private final BrokerContact contact = new BrokerContact(1_000);

  @Test
  void lastsSinceItsFirstAnswer_whileAnswersComeInTime() {
    contact.answered(5_000);
    contact.answered(6_000);
    contact.answered(6_250);

    assertThat(contact.since()).isEqualTo(5_000);
  }

  /** Otherwise, quiet partitions would wait until the clock reaches its former time. */
  @Test
  void beginsAnew_whenTheClockIsSetBack() {
    contact.answered(3_600_000);
    contact.answered(5_000);
    contact.answered(5_500);

    assertThat(contact.since()).isEqualTo(5_000);
  }

  @Test
  void beginsAnew_afterABreak() {
    contact.answered(5_000);
    contact.answered(6_001);
    contact.answered(6_500);

    assertThat(contact.since()).isEqualTo(6_001);
  }
}
