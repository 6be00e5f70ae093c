package io.tailrace.topology.instance;

import io.tailrace.topology.kafka.KafkaFaults;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices, in the background, when the fleet's assignment is settled after a rebalance. Kafka
 * Streams' own state does not say so: an instance that joins has nothing to do, and is in state
 * RUNNING, until the others have given up what it gets. Thread-safe.
 */
final class AssignmentWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AssignmentWatch.class);
  private static final long INTERVAL_MILLIS = 200;

  private final Supplier<GroupAssignment> group;
  private final String instance;
  private final Set<TopicPartition> sources;
  private final Supplier<Set<TopicPartition>> held;
  private final Thread thread = new Thread(this::follow, "tailrace-assignment");
  private boolean isRunning;
  private String unsettled = "not a member of the consumer group";

  /**
   * @param group asks the broker
   * @param instance our name
   * @param sources all partitions that the fleet reads
   * @param held those that are read here
   */
  AssignmentWatch(
      Supplier<GroupAssignment> group,
      String instance,
      Set<TopicPartition> sources,
      Supplier<Set<TopicPartition>> held) {
    this.group = group;
    this.instance = instance;
    this.sources = sources;
    this.held = held;
  }

  /** Asks a broker. */
  static Supplier<GroupAssignment> asking(Admin admin, String group) {
    return () -> {
      try {
        return GroupAssignment.of(
            admin.describeConsumerGroups(List.of(group)).all().get().get(group));
      } catch (ExecutionException e) {
        throw new KafkaException("group " + group + ": cannot be described", e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new KafkaException("interrupted while asking for group " + group, e);
      }
    };
  }

  void start() {
    thread.setDaemon(true);
    thread.start();
  }

  /** Takes note of the state of Kafka Streams: only what is found out in RUNNING counts. */
  synchronized void changed(KafkaStreams.State now) {
    isRunning = now == KafkaStreams.State.RUNNING;
    unsettled = "state " + now;
    notifyAll();
  }

  /** Why the instance is not reading all that it should; empty if it is. */
  synchronized Optional<String> unsettled() {
    return isRunning && unsettled == null
        ? Optional.empty()
        : Optional.of(String.valueOf(unsettled));
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  private void follow() {
    try {
      while (true) {
        String before = awaitQuestion();
        Optional<String> why = look();
        answer(before, why);
        if (why.isPresent()) {
          Thread.sleep(INTERVAL_MILLIS);
        }
      }
    } catch (InterruptedException closed) {
      LOG.debug("closed");
    }
  }

  private synchronized String awaitQuestion() throws InterruptedException {
    while (!isRunning || unsettled == null) {
      wait();
    }
    return unsettled;
  }

  @SuppressWarnings("ReferenceEquality") // of a state that has not changed since
  private synchronized void answer(String before, Optional<String> why) {
    if (isRunning && unsettled == before) {
      unsettled = why.orElse(null);
      if (why.isEmpty()) {
        LOG.atInfo().log("ready: the assignment is settled, restored and read");
      }
    }
  }

  private Optional<String> look() throws InterruptedException {
    try {
      return group.get().unsettled(instance, sources, held.get());
    } catch (KafkaException | IllegalStateException e) { // the broker is away, or we stop
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      LOG.atDebug().setCause(e).log("cannot tell whether the assignment is settled");
      return Optional.of(KafkaFaults.explain(e).orElse(e.getMessage()));
    }
  }
}
