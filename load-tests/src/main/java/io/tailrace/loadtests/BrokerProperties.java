package io.tailrace.loadtests;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

/** Settings of a broker with a fast start and durable data. */
final class BrokerProperties {
  static final String CONTROLLER_LISTENER = "CONTROLLER";

  private BrokerProperties() {}

  static Properties of(
      ClusterNode node,
      BrokerPorts ports,
      int advertisedPort,
      Path directory,
      Map<String, String> extra) {
    Properties properties = new Properties();
    properties.put("process.roles", "broker,controller"); // each node has both roles
    controller(properties, node, directory);
    listeners(properties, node, ports, advertisedPort);
    replication(properties, node);
    startUp(properties, node);
    properties.putAll(extra);
    return properties;
  }

  /**
   * Returns settings of a node with the metadata of the broker in this directory and without
   * clients.
   */
  static Properties ofControllerAlone(ClusterNode node, Path directory) {
    Properties properties = new Properties();
    properties.put("process.roles", "controller");
    controller(properties, node, directory);
    properties.put("listeners", controllerListener(node));
    properties.put("listener.security.protocol.map", CONTROLLER_LISTENER + ":PLAINTEXT");
    properties.put("broker.session.timeout.ms", "300"); // no broker sends a heartbeat
    properties.put("broker.heartbeat.interval.ms", "100"); // must be below the session timeout
    return properties;
  }

  private static void listeners(
      Properties properties, ClusterNode node, BrokerPorts ports, int advertisedPort) {
    String client = "CLIENT://" + BrokerPorts.HOST + ":" + ports.client();
    String internal = "INTERNAL://" + BrokerPorts.HOST + ":" + ports.internal();

    properties.put("listeners", client + "," + internal + "," + controllerListener(node));
    // The default, the host name, may resolve to an address without a listener.
    String advertised = "CLIENT://" + BrokerPorts.HOST + ":" + advertisedPort;
    properties.put("advertised.listeners", advertised + "," + internal);
    properties.put(
        "listener.security.protocol.map",
        "CLIENT:PLAINTEXT,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT"); // custom names need a map
    // The broker is its own client (transaction markers): a separate listener lets a test secure
    // CLIENT alone.
    properties.put("inter.broker.listener.name", "INTERNAL");
  }

  private static void controller(Properties properties, ClusterNode node, Path directory) {
    properties.put("node.id", String.valueOf(node.id()));
    properties.put("log.dirs", directory.toString());
    properties.put("controller.listener.names", CONTROLLER_LISTENER); // required by KRaft
    // Static voters are not stored in the metadata log, so another process can continue with
    // another port.
    properties.put("controller.quorum.voters", node.voters());
  }

  private static String controllerListener(ClusterNode node) {
    return CONTROLLER_LISTENER + "://" + BrokerPorts.HOST + ":" + node.controllerPort();
  }

  private static void replication(Properties properties, ClusterNode node) {
    String replicas = String.valueOf(node.replicas());
    String minInSync = String.valueOf(node.minInSync());
    properties.put("default.replication.factor", replicas);
    properties.put("min.insync.replicas", minInSync);
    // One node supports one replica. The default of 3 blocks the first transaction forever.
    properties.put("offsets.topic.replication.factor", replicas);
    properties.put("transaction.state.log.replication.factor", replicas);
    properties.put("transaction.state.log.min.isr", minInSync);
    properties.put("share.coordinator.state.topic.replication.factor", replicas);
    properties.put("share.coordinator.state.topic.min.isr", minInSync);
  }

  private static void startUp(Properties properties, ClusterNode node) {
    String partitions = String.valueOf(node.controllerPorts().size()); // a leader on each node
    // The default of 50 partitions for each of three topics creates 150 logs.
    properties.put("offsets.topic.num.partitions", partitions);
    properties.put("share.coordinator.state.topic.num.partitions", partitions);
    // At least two, so that IDs are distributed.
    properties.put("transaction.state.log.num.partitions", node.isAlone() ? "2" : partitions);
    // The default wait for more group members is 3 s.
    properties.put("group.initial.rebalance.delay.ms", "0");
    // A wrong topic name must fail.
    properties.put("auto.create.topics.enable", "false");
  }
}
