package io.tailrace.topology.console;

import io.tailrace.topology.config.StartException;
import io.tailrace.topology.config.TailraceConfig;
import io.tailrace.topology.fleet.FleetLine;
import io.tailrace.topology.fleet.FleetStatus;
import io.tailrace.topology.fleet.InstanceLookup;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Instances on the status topic. Its clients exist only while the console is used. Thread-safe. */
public final class ConsoleStatus implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ConsoleStatus.class);
  private static final Duration POLL = Duration.ofMillis(300);
  private static final long IDLE_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** Interval between reads of the addresses, which change only with the instances. */
  private static final long ADDRESSES_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final TailraceConfig config;
  private @Nullable FleetStatus status;
  private long usedAt;
  private List<String> addresses = List.of();
  private long addressesAt = System.nanoTime() - ADDRESSES_NANOS;

  public ConsoleStatus(TailraceConfig config) {
    this.config = config;
  }

  /** Returns the statuses of all instances, including those without an admin port. */
  synchronized List<FleetLine> lines() {
    return FleetLine.of(poll());
  }

  /** Returns the admin addresses of running instances; the last known ones if it cannot read. */
  public synchronized List<String> addresses() {
    if (System.nanoTime() - addressesAt >= ADDRESSES_NANOS) {
      try {
        addresses = InstanceLookup.addresses(poll());
      } catch (KafkaException | StartException e) { // the console shows the reason
        LOG.atDebug().setCause(e).log("cannot read the addresses of the instances");
      }
      addressesAt = System.nanoTime();
    }
    return addresses;
  }

  private List<FleetStatus.Instance> poll() {
    if (status == null) {
      status = new FleetStatus(config);
    }
    usedAt = System.nanoTime();
    return status.poll(POLL);
  }

  /** Closes clients that were not used recently. Must be called periodically. */
  synchronized void tidy() {
    if (status != null && System.nanoTime() - usedAt > IDLE_NANOS) {
      close();
    }
  }

  @Override
  public synchronized void close() {
    if (status != null) {
      status.close();
      status = null;
    }
  }
}
