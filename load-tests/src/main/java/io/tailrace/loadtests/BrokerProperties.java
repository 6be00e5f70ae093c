package io.tailrace.loadtests;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

/** Settings of a one-node broker with a fast start and durable data. */
final class BrokerProperties {
  static final int NODE_ID = 1;
  static final String CONTROLLER_LISTENER = "CONTROLLER";

  private BrokerProperties() {}

  static Properties of(
      BrokerPorts ports, int advertisedPort, Path directory, Map<String, String> extra) {
    Properties properties = new Properties();
    node(properties, ports, advertisedPort, directory);
    replication(properties);
    startUp(properties);
    properties.putAll(extra);
    return properties;
  }

  /**
   * Returns settings of a node with the metadata of the broker in this directory and without
   * clients.
   */
  static Properties ofControllerAlone(BrokerPorts ports, Path directory) {
    Properties properties = new Properties();
    properties.put("process.roles", "controller");
    controller(properties, ports, directory);
    properties.put("listeners", controllerListener(ports));
    properties.put("listener.security.protocol.map", CONTROLLER_LISTENER + ":PLAINTEXT");
    properties.put("broker.session.timeout.ms", "300"); // no broker sends a heartbeat
    properties.put("broker.heartbeat.interval.ms", "100"); // must be below the session timeout
    return properties;
  }

  private static void node(
      Properties properties, BrokerPorts ports, int advertisedPort, Path directory) {
    String client = "CLIENT://" + BrokerPorts.HOST + ":" + ports.client();
    String internal = "INTERNAL://" + BrokerPorts.HOST + ":" + ports.internal();

    properties.put("process.roles", "broker,controller"); // one node has both roles
    controller(properties, ports, directory);
    properties.put("listeners", client + "," + internal + "," + controllerListener(ports));
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

  private static void controller(Properties properties, BrokerPorts ports, Path directory) {
    properties.put("node.id", String.valueOf(NODE_ID));
    properties.put("log.dirs", directory.toString());
    properties.put("controller.listener.names", CONTROLLER_LISTENER); // required by KRaft
    // Static voters are not stored in the metadata log, so another process can continue with
    // another port.
    properties.put(
        "controller.quorum.voters", NODE_ID + "@" + BrokerPorts.HOST + ":" + ports.controller());
  }

  private static String controllerListener(BrokerPorts ports) {
    return CONTROLLER_LISTENER + "://" + BrokerPorts.HOST + ":" + ports.controller();
  }

  private static void replication(Properties properties) {
    // One node supports one replica. The default of 3 blocks the first transaction forever.
    properties.put("offsets.topic.replication.factor", "1");
    properties.put("transaction.state.log.replication.factor", "1");
    properties.put("transaction.state.log.min.isr", "1");
    properties.put("share.coordinator.state.topic.replication.factor", "1");
    properties.put("share.coordinator.state.topic.min.isr", "1");
  }

  private static void startUp(Properties properties) {
    // The default of 50 partitions for each of three topics creates 150 logs.
    properties.put("offsets.topic.num.partitions", "1");
    properties.put("share.coordinator.state.topic.num.partitions", "1");
    properties.put("transaction.state.log.num.partitions", "2"); // two, so that IDs are distributed
    // The default wait for more group members is 3 s.
    properties.put("group.initial.rebalance.delay.ms", "0");
    // A wrong topic name must fail.
    properties.put("auto.create.topics.enable", "false");
  }
}
