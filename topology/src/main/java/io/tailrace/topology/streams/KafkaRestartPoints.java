package io.tailrace.topology.streams;

import io.tailrace.topology.kafka.BrokerWait;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.streams.errors.StreamsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the committed offsets of the consumer group from the broker. */
public final class KafkaRestartPoints implements RestartPoints {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaRestartPoints.class);

  /**
   * Longest wait for the transaction of a killed instance. The broker aborts it after {@code
   * transaction.timeout.ms}, 10 s by default in Kafka Streams, and checks for expired transactions
   * every 10 s.
   */
  private static final Duration LONGEST_PENDING = Duration.ofMinutes(5);

  private static final Duration A_MOMENT = Duration.ofMillis(200);
  private static final Duration PAUSE = Duration.ofMillis(20);

  private final Admin admin;
  private final String group;
  private final LongSupplier nanoTime;
  private final BooleanSupplier hasOtherTasks;
  private final BrokerWait.Pause pause;
  private final Map<TopicPartition, Long> pendingSince = new ConcurrentHashMap<>();

  public KafkaRestartPoints(Admin admin, String group) {
    this(
        admin,
        group,
        System::nanoTime,
        StreamsInternals::isStreamThread,
        time -> Thread.sleep(time.toMillis()));
  }

  public KafkaRestartPoints(
      Admin admin,
      String group,
      LongSupplier nanoTime,
      BooleanSupplier hasOtherTasks,
      BrokerWait.Pause pause) {
    this.admin = admin;
    this.group = group;
    this.nanoTime = nanoTime;
    this.hasOtherTasks = hasOtherTasks;
    this.pause = pause;
  }

  @Override
  public Optional<RestartPoint> of(TopicPartition source) {
    return patiently(source, () -> committed(source));
  }

  private Optional<RestartPoint> committed(TopicPartition source) {
    ListConsumerGroupOffsetsSpec partition =
        new ListConsumerGroupOffsetsSpec().topicPartitions(List.of(source));
    try {
      // Only stable offsets: an open transaction of a killed instance must end first.
      Map<TopicPartition, OffsetAndMetadata> offsets =
          admin
              .listConsumerGroupOffsets(
                  Map.of(group, partition),
                  new ListConsumerGroupOffsetsOptions().requireStable(true))
              .partitionsToOffsetAndMetadata(group)
              .get();
      if (!offsets.containsKey(source)) {
        throw pending(source);
      }
      pendingSince.remove(source);
      return Optional.ofNullable(offsets.get(source)).map(StreamsInternals::restartPoint);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return Optional.empty();
      }
      throw failed(source, e);
    } catch (InterruptedException e) {
      throw interrupted(source, e);
    }
  }

  @Override
  public long offsetAt(TopicPartition partition, long time) {
    long offset = offset(partition, OffsetSpec.forTimestamp(Math.max(0, time)));
    return offset >= 0 ? offset : end(partition);
  }

  @Override
  public long end(TopicPartition partition) {
    return offset(partition, OffsetSpec.latest());
  }

  @Override
  public long beginning(TopicPartition partition) {
    return offset(partition, OffsetSpec.earliest());
  }

  private long offset(TopicPartition partition, OffsetSpec spec) {
    return patiently(partition, () -> listed(partition, spec));
  }

  /**
   * Retries after a timeout. On a stream thread, the retries end soon, as a pending commit usually
   * completes quickly and the thread has other tasks. On any other thread they continue until there
   * is an answer: Kafka Streams opens existing state directories on the starting thread, and an
   * exception there ends the instance.
   */
  private <T> T patiently(TopicPartition partition, Supplier<T> look) {
    long begin = nanoTime.getAsLong();
    while (true) {
      try {
        return look.get();
      } catch (TimeoutException notYet) {
        if (hasOtherTasks.getAsBoolean() && nanoTime.getAsLong() - begin >= A_MOMENT.toNanos()) {
          throw notYet;
        }
      }
      try {
        pause.of(PAUSE);
      } catch (InterruptedException e) {
        throw interrupted(partition, e);
      }
    }
  }

  private long listed(TopicPartition partition, OffsetSpec spec) {
    KafkaFuture<Long> offset =
        admin
            .listOffsets(Map.of(partition, spec))
            .partitionResult(partition)
            .thenApply(result -> result.offset());
    try {
      return offset.get();
    } catch (ExecutionException e) {
      throw failed(partition, e);
    } catch (InterruptedException e) {
      throw interrupted(partition, e);
    }
  }

  /**
   * Returns the commit of a partition. The admin client maps a partition without a commit to null.
   * It omits a partition with a pending commit of an open transaction: Kafka Streams then
   * initializes the task again after a timeout and runs other tasks meanwhile.
   */
  private KafkaException pending(TopicPartition source) {
    long now = nanoTime.getAsLong();
    Long since = pendingSince.putIfAbsent(source, now);
    if (since == null) {
      LOG.atInfo()
          .addKeyValue("partition", source)
          .log("waiting for the end of a transaction that commits its offset");
      since = now;
    }
    if (now - since > LONGEST_PENDING.toNanos()) {
      return new StreamsException(
          ("group %s: no stable offset of %s after %s (expected: its last transaction ends within"
                  + " transaction.timeout.ms, and the principal of kafka.* may describe the topic)")
              .formatted(group, source, LONGEST_PENDING));
    }
    return new TimeoutException(
        "group %s: the offset of %s is part of an open transaction".formatted(group, source));
  }

  /**
   * Returns the exception for a failed request. Kafka Streams retries after a timeout for as long
   * as the broker is unavailable.
   */
  private static KafkaException failed(TopicPartition partition, ExecutionException e) {
    if (e.getCause() instanceof RetriableException) {
      return new TimeoutException("cannot look up offsets of " + partition, e.getCause());
    }
    return new StreamsException(
        "cannot find where to restore " + partition + " from", e.getCause());
  }

  private static StreamsException interrupted(TopicPartition partition, InterruptedException e) {
    Thread.currentThread().interrupt();
    return new StreamsException("interrupted while looking up offsets of " + partition, e);
  }
}
