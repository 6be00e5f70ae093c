package io.tailrace.topology.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

class ChangedPartitionsTest {
  @Test
  void namesBothCounts_andTheAction() {
    String message =
        "stream-thread [main] Existing internal topic tailrace-policy-state-changelog has invalid"
            + " partitions: expected: 3; actual: 2. Use 'StreamsResetter' tool to clean up";

    assertThat(
            ChangedPartitions.explain(new StreamsException("join", new StreamsException(message))))
        .hasValueSatisfying(
            explained ->
                assertThat(explained)
                    .contains(
                        "partitions were added",
                        "has 3, topic tailrace-policy-state-changelog has 2")
                    .contains("another application_id")
                    .doesNotContain("StreamsResetter"));
  }

  @Test
  void namesFewerPartitions_ofATopicThatWasCreatedAgain() {
    assertThat(
            ChangedPartitions.explain(
                new StreamsException("topic x has invalid partitions: expected: 2; actual: 3")))
        .hasValueSatisfying(
            explained ->
                assertThat(explained).contains("partitions were removed", "has 2, topic x has 3"));
  }

  @Test
  void knowsNoOtherFailure() {
    assertThat(ChangedPartitions.explain(new StreamsException("join"))).isEmpty();
  }
}
