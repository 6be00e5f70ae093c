package io.tailrace.loadtests;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

/** The settings of a one-node broker that has to start fast and forget nothing. */
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

  /** Of a node that holds the metadata of the broker in that directory and serves no client. */
  static Properties ofControllerAlone(BrokerPorts ports, Path directory) {
    Properties properties = new Properties();
    properties.put("process.roles", "controller");
    controller(properties, ports, directory);
    properties.put("listeners", controllerListener(ports));
    properties.put("listener.security.protocol.map", CONTROLLER_LISTENER + ":PLAINTEXT");
    properties.put("broker.session.timeout.ms", "300"); // nobody is there to send a heartbeat
    properties.put("broker.heartbeat.interval.ms", "100"); // only to satisfy the check against it
    return properties;
  }

  private static void node(
      Properties properties, BrokerPorts ports, int advertisedPort, Path directory) {
    String client = "CLIENT://" + BrokerPorts.HOST + ":" + ports.client();
    String internal = "INTERNAL://" + BrokerPorts.HOST + ":" + ports.internal();

    properties.put("process.roles", "broker,controller"); // one node is both
    controller(properties, ports, directory);
    properties.put("listeners", client + "," + internal + "," + controllerListener(ports));
    // The host's own name, the default, may resolve to an address nobody listens on.
    String advertised = "CLIENT://" + BrokerPorts.HOST + ":" + advertisedPort;
    properties.put("advertised.listeners", advertised + "," + internal);
    properties.put(
        "listener.security.protocol.map",
        "CLIENT:PLAINTEXT,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT"); // names of ours need a map
    // The broker talks to itself (transaction markers): its own listener lets a test secure CLIENT
    // alone.
    properties.put("inter.broker.listener.name", "INTERNAL");
  }

  private static void controller(Properties properties, BrokerPorts ports, Path directory) {
    properties.put("node.id", String.valueOf(NODE_ID));
    properties.put("log.dirs", directory.toString());
    properties.put("controller.listener.names", CONTROLLER_LISTENER); // required by KRaft
    // Static voters are not stored in the metadata log, so another process may carry on at another
    // port.
    properties.put(
        "controller.quorum.voters", NODE_ID + "@" + BrokerPorts.HOST + ":" + ports.controller());
  }

  private static String controllerListener(BrokerPorts ports) {
    return CONTROLLER_LISTENER + "://" + BrokerPorts.HOST + ":" + ports.controller();
  }

  private static void replication(Properties properties) {
    // One node can hold one replica; the defaults ask for 3 and block the first transaction
    // forever.
    properties.put("offsets.topic.replication.factor", "1");
    properties.put("transaction.state.log.replication.factor", "1");
    properties.put("transaction.state.log.min.isr", "1");
    properties.put("share.coordinator.state.topic.replication.factor", "1");
    properties.put("share.coordinator.state.topic.min.isr", "1");
  }

  private static void startUp(Properties properties) {
    // Each of the three has 50 partitions by default: 150 logs to make and to load.
    properties.put("offsets.topic.num.partitions", "1");
    properties.put("share.coordinator.state.topic.num.partitions", "1");
    properties.put("transaction.state.log.num.partitions", "2"); // two, so that ids do spread
    // A consumer group waits 3 s for more members by default.
    properties.put("group.initial.rebalance.delay.ms", "0");
    // A wrong topic name is to fail, not to work.
    properties.put("auto.create.topics.enable", "false");
  }
}
