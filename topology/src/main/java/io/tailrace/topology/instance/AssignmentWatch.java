package io.tailrace.topology.instance;

import io.tailrace.topology.kafka.BackgroundLoops;
import io.tailrace.topology.kafka.KafkaFaults;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Detects in the background when the assignment of the fleet is settled after a rebalance. The
 * state of Kafka Streams is not sufficient: a joining instance is RUNNING without tasks until the
 * others have revoked its partitions. Thread-safe.
 */
final class AssignmentWatch {
  private static final Logger LOG = LoggerFactory.getLogger(AssignmentWatch.class);
  private static final Duration INTERVAL = Duration.ofMillis(200);

  /** Interval while the assignment is settled. */
  private static final Duration IDLE_INTERVAL = Duration.ofMillis(50);

  private final Supplier<GroupAssignment> group;
  private final String instance;
  private final Set<TopicPartition> sources;
  private final Supplier<Set<TopicPartition>> held;
  private boolean isRunning;
  private @Nullable String unsettled = "not a member of the consumer group";

  /**
   * @param group queries the broker
   * @param instance name of this instance
   * @param sources all partitions of the fleet
   * @param held partitions that this instance reads
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

  /** Returns a query to the broker. */
  static Supplier<GroupAssignment> asking(Admin admin, String group) {
    return () -> {
      try {
        return GroupAssignment.of(
            Objects.requireNonNull(
                admin.describeConsumerGroups(List.of(group)).all().get().get(group), group));
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

  /** Sets the state of Kafka Streams. Only results from RUNNING count. */
  synchronized void changed(KafkaStreams.State now) {
    isRunning = now == KafkaStreams.State.RUNNING;
    unsettled = "state " + now;
  }

  /** Returns why the instance does not read all of its partitions; empty if it does. */
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

  /** Reason from the last check why the assignment is not settled; null if no check is pending. */
  private synchronized @Nullable String question() {
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
      LOG.atDebug().setCause(e).log("cannot determine whether the assignment is settled");
      return Optional.of(
          KafkaFaults.explain(e).orElse(Objects.requireNonNullElse(e.getMessage(), e.toString())));
    }
  }
}
