package io.tailrace.topology.instance;

import io.tailrace.topology.kafka.BackgroundLoops;
import io.tailrace.topology.kafka.KafkaFaults;
import java.time.Duration;
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
final class AssignmentWatch {
  private static final Logger LOG = LoggerFactory.getLogger(AssignmentWatch.class);
  private static final Duration INTERVAL = Duration.ofMillis(200);

  /** While there is nothing to find out. */
  private static final Duration IDLE_INTERVAL = Duration.ofMillis(50);

  private final Supplier<GroupAssignment> group;
  private final String instance;
  private final Set<TopicPartition> sources;
  private final Supplier<Set<TopicPartition>> held;
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

  void start(BackgroundLoops loops) {
    loops.start("tailrace-assignment", Duration.ZERO, this::turn);
  }

  /** Takes note of the state of Kafka Streams: only what is found out in RUNNING counts. */
  synchronized void changed(KafkaStreams.State now) {
    isRunning = now == KafkaStreams.State.RUNNING;
    unsettled = "state " + now;
  }

  /** Why the instance is not reading all that it should; empty if it is. */
  synchronized Optional<String> unsettled() {
    return isRunning && unsettled == null
        ? Optional.empty()
        : Optional.of(String.valueOf(unsettled));
  }

  private Duration turn() throws InterruptedException {
    String before = question();
    if (before == null) {
      return IDLE_INTERVAL;
    }
    answer(before, look());
    return INTERVAL;
  }

  /**
   * Why the assignment was not settled when it was last looked at; null if there is no question.
   */
  private synchronized String question() {
    return isRunning ? unsettled : null;
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
