package io.tailrace.topology.instance;

import io.tailrace.topology.fleet.FleetStatus;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;

/**
 * Partitions of the members of the consumer group, from the broker.
 *
 * @param byInstance partitions of all stream threads by instance name
 */
record GroupAssignment(GroupState state, Map<String, Set<TopicPartition>> byInstance) {
  private static final int MOST_NAMED = 5;

  static GroupAssignment of(ConsumerGroupDescription group) {
    Map<String, Set<TopicPartition>> byInstance = new TreeMap<>();
    group
        .members()
        .forEach(
            member ->
                byInstance
                    .computeIfAbsent(
                        FleetStatus.instanceOf(member.clientId()), name -> new HashSet<>())
                    .addAll(member.assignment().topicPartitions()));
    return new GroupAssignment(group.groupState(), byInstance);
  }

  /**
   * Returns why the assignment is not settled; empty if it is. A moving partition has no owner from
   * the rebalance that revokes it until the next one. So an assignment is settled only if each
   * partition has an owner.
   *
   * @param instance name of the querying instance
   * @param sources all partitions of the fleet
   * @param held partitions that the instance reads
   */
  Optional<String> unsettled(
      String instance, Set<TopicPartition> sources, Set<TopicPartition> held) {
    if (state != GroupState.STABLE) {
      return Optional.of("the consumer group is in state " + state);
    }
    Set<TopicPartition> own = byInstance.get(instance);
    if (own == null) {
      return Optional.of("not a member of the consumer group");
    }
    Set<TopicPartition> unassigned = new HashSet<>(sources);
    byInstance.values().forEach(unassigned::removeAll);
    if (!unassigned.isEmpty()) {
      return Optional.of("partitions that no instance has yet: " + named(unassigned));
    }
    Set<TopicPartition> missing = new HashSet<>(own);
    missing.removeAll(held);
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of("partitions that are assigned and not read yet: " + named(missing));
  }

  private static String named(Set<TopicPartition> partitions) {
    String first =
        new TreeSet<>(partitions.stream().map(TopicPartition::toString).toList())
            .stream().limit(MOST_NAMED).collect(Collectors.joining(", "));
    int more = partitions.size() - MOST_NAMED;
    return more <= 0 ? first : first + " and " + more + " more";
  }
}
