package io.tailrace.topology.instance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class GroupAssignmentTest {
  private static final TopicPartition A = new TopicPartition("spans", 0);
  private static final TopicPartition B = new TopicPartition("spans", 1);

  @Test
  void isSettled_whenEveryPartitionHasAnInstance_andOursAreRead() {
    assertThat(
            stable(Map.of("one", Set.of(A), "two", Set.of(B)))
                .unsettled("one", Set.of(A, B), Set.of(A)))
        .isEmpty();
  }

  @Test
  void isSettledForAnInstanceThatGetsNothing_whenTheOthersHaveAll() {
    assertThat(
            stable(Map.of("one", Set.of(A, B), "two", Set.of()))
                .unsettled("two", Set.of(A, B), Set.of()))
        .isEmpty();
  }

  @Test
  void isNotSettled_whileAPartitionIsGivenUpForAnInstanceThatHasJoined() {
    assertThat(
            stable(Map.of("one", Set.of(A), "two", Set.of()))
                .unsettled("two", Set.of(A, B), Set.of()))
        .contains("partitions that no instance has yet: spans-1");
  }

  @Test
  void isNotSettled_whileWhatIsAssignedIsNotRead() {
    assertThat(
            stable(Map.of("one", Set.of(A), "two", Set.of(B)))
                .unsettled("two", Set.of(A, B), Set.of()))
        .contains("partitions that are assigned and not read yet: spans-1");
  }

  @Test
  void isNotSettled_duringARebalance() {
    assertThat(
            new GroupAssignment(
                    GroupState.PREPARING_REBALANCE, Map.of("one", Set.of(A), "two", Set.of(B)))
                .unsettled("two", Set.of(A, B), Set.of(B)))
        .contains("the consumer group is in state PreparingRebalance");
  }

  @Test
  void isNotSettled_beforeTheInstanceIsAMember() {
    assertThat(stable(Map.of("one", Set.of(A, B))).unsettled("two", Set.of(A, B), Set.of()))
        .contains("not a member of the consumer group");
  }

  private static GroupAssignment stable(Map<String, Set<TopicPartition>> byInstance) {
    return new GroupAssignment(GroupState.STABLE, byInstance);
  }
}
