package io.tailrace.loadtests;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;

/**
 * A node among the nodes of its cluster, all of which are brokers and controllers.
 *
 * @param id 1 to the number of nodes
 * @param clusterId the same for all nodes
 * @param controllerPorts by node, the first is that of node 1
 */
record ClusterNode(int id, String clusterId, List<Integer> controllerPorts) {
  private static final int MOST_REPLICAS = 3; // as in production

  /**
   * Checks the IDs.
   *
   * @throws IllegalArgumentException if the ID is out of range or there is none of the cluster
   */
  ClusterNode {
    controllerPorts = List.copyOf(controllerPorts);
    if (id < 1 || id > controllerPorts.size()) {
      throw new IllegalArgumentException(
          "id: " + id + " (expected: 1 to " + controllerPorts.size() + ", the number of nodes)");
    }
    if (clusterId == null) {
      throw new IllegalArgumentException("clusterId: absent (expected: the same for all nodes)");
    }
  }

  /** Returns the only node of a new cluster. */
  static ClusterNode alone() {
    return new ClusterNode(1, newClusterId(), List.of(FreePorts.next()));
  }

  /** Returns the nodes of a new cluster, with free controller ports. */
  static List<ClusterNode> cluster(int nodes) {
    String clusterId = newClusterId();
    List<Integer> ports = IntStream.range(0, nodes).mapToObj(node -> FreePorts.next()).toList();
    return IntStream.rangeClosed(1, nodes)
        .mapToObj(id -> new ClusterNode(id, clusterId, ports))
        .toList();
  }

  private static String newClusterId() {
    return Uuid.randomUuid().toString();
  }

  boolean isAlone() {
    return controllerPorts.size() == 1;
  }

  int controllerPort() {
    return controllerPorts.get(id - 1);
  }

  /** Returns the value of {@code controller.quorum.voters}. */
  String voters() {
    return IntStream.rangeClosed(1, controllerPorts.size())
        .mapToObj(node -> node + "@" + BrokerPorts.HOST + ":" + controllerPorts.get(node - 1))
        .collect(Collectors.joining(","));
  }

  /** Returns the replicas of each partition. */
  int replicas() {
    return Math.min(MOST_REPLICAS, controllerPorts.size());
  }

  /** Returns how many replicas must have a record before it is acknowledged: all but one. */
  int minInSync() {
    return Math.max(1, replicas() - 1);
  }
}
