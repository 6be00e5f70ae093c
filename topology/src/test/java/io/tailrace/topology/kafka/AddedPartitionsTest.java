package io.tailrace.topology.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

class AddedPartitionsTest {
  @Test
  void namesBothCounts_andTheAction() {
    String message =
        "stream-thread [main] Existing internal topic tailrace-policy-state-changelog has invalid"
            + " partitions: expected: 3; actual: 2. Use 'StreamsResetter' tool to clean up";

    assertThat(AddedPartitions.explain(new StreamsException("join", new StreamsException(message))))
        .hasValueSatisfying(
            explained ->
                assertThat(explained)
                    .contains("has 3, topic tailrace-policy-state-changelog has 2")
                    .contains("another application_id")
                    .doesNotContain("StreamsResetter"));
  }

  @Test
  void knowsNoOtherFailure() {
    assertThat(AddedPartitions.explain(new StreamsException("join"))).isEmpty();
  }
}
