package io.tailrace.loadtests;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.locks.LockSupport;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.ObjectName;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;

/**
 * Fences the only broker of a cluster, if it was killed in this directory, before its successor
 * starts. Among several nodes, the other controllers do so when its session ends.
 *
 * <p>Otherwise the successor replays metadata in which it still leads every partition, loads the
 * transaction log, and is fenced when the old session ends. It may then skip a transaction marker
 * ("partitions are likely deleted already") and complete the transaction, so that {@code
 * read_committed} consumers of the partition are stuck. See RATIONALE.md for figures.
 */
final class KilledBroker {
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);
  private static final Duration POLL = Duration.ofMillis(20);

  private KilledBroker() {}

  static boolean wasKilled(Path directory) {
    return StorageFormat.isFormatted(directory)
        && !Files.exists(directory.resolve(".kafka_cleanshutdown"));
  }

  /** Runs the controller alone until it has ended the old session. */
  static void fence(ClusterNode node, Path directory) {
    Properties properties = BrokerProperties.ofControllerAlone(node, directory);
    KafkaRaftServer controller =
        new KafkaRaftServer(KafkaConfig.fromProps(properties, false), Time.SYSTEM);
    controller.startup();
    try {
      long end = System.nanoTime() + LONGEST_WAIT.toNanos();
      while (brokers("FencedBrokerCount") == 0 && System.nanoTime() < end) {
        LockSupport.parkNanos(POLL.toNanos());
      }
    } finally {
      controller.shutdown();
      controller.awaitShutdown();
    }
  }

  private static int brokers(String gauge) {
    try {
      ObjectName name = new ObjectName("kafka.controller:type=KafkaController,name=" + gauge);
      return (int) ManagementFactory.getPlatformMBeanServer().getAttribute(name, "Value");
    } catch (InstanceNotFoundException e) {
      return 0;
    } catch (JMException e) {
      throw new IllegalStateException("gauge " + gauge + " of the controller", e);
    }
  }
}
