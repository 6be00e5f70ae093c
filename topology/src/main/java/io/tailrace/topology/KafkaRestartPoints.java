package io.tailrace.topology;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
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

/** Asks the broker for the group's commits. */
final class KafkaRestartPoints implements RestartPoints {
  private final Admin admin;
  private final String group;

  KafkaRestartPoints(Admin admin, String group) {
    this.admin = admin;
    this.group = group;
  }

  @Override
  public Optional<RestartPoint> of(TopicPartition source) {
    ListConsumerGroupOffsetsSpec partition =
        new ListConsumerGroupOffsetsSpec().topicPartitions(List.of(source));
    try {
      // Stable: an open transaction of a killed predecessor must be over first.
      Map<TopicPartition, OffsetAndMetadata> offsets =
          admin
              .listConsumerGroupOffsets(
                  Map.of(group, partition),
                  new ListConsumerGroupOffsetsOptions().requireStable(true))
              .partitionsToOffsetAndMetadata(group)
              .get();
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
    return offset >= 0 ? offset : offset(partition, OffsetSpec.latest());
  }

  @Override
  public long beginning(TopicPartition partition) {
    return offset(partition, OffsetSpec.earliest());
  }

  private long offset(TopicPartition partition, OffsetSpec spec) {
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

  /** Streams tries again after a time-out, for as long as the broker is away. */
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
