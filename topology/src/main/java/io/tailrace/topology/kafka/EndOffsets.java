package io.tailrace.topology.kafka;

import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests the end offsets of quiet partitions in the background. Only a partition that was read to
 * its end may advance with the wall clock, because a partition also looks quiet if its consumer or
 * producers are disconnected.
 */
public final class EndOffsets implements CaughtUp {
  private static final Logger LOG = LoggerFactory.getLogger(EndOffsets.class);
  private static final Duration INTERVAL = Duration.ofMillis(250);
  private static final long FORGET_AFTER_MILLIS = 5_000;
  private static final long LONGEST_GAP_MILLIS = 1_000; // a few requests

  private record End(long offset, long asOf, long inContactSince) {}

  private final Admin admin;
  private final IsolationLevel isolation;
  private final MainConsumers consumers;
  private final InstantSource wallClock;
  private final long idleAfterMillis;
  private final BrokerContact contact;
  private final Map<TopicPartition, Long> wanted = new ConcurrentHashMap<>();
  private final Map<TopicPartition, End> ends = new ConcurrentHashMap<>();

  /**
   * @param idleAfterMillis time for which the broker must have answered before an answer is
   *     evidence
   */
  public EndOffsets(
      Admin admin,
      IsolationLevel isolation,
      MainConsumers consumers,
      InstantSource wallClock,
      long idleAfterMillis) {
    this.admin = admin;
    this.isolation = isolation;
    this.consumers = consumers;
    this.wallClock = wallClock;
    this.idleAfterMillis = idleAfterMillis;
    this.contact = new BrokerContact(Math.max(LONGEST_GAP_MILLIS, idleAfterMillis / 2));
  }

  public void start(BackgroundLoops loops) {
    loops.start(
        "tailrace-end-offsets",
        Duration.ZERO,
        () -> {
          ask();
          return INTERVAL;
        });
  }

  @Override
  public OptionalLong asOf(TopicPartition partition) {
    wanted.put(partition, wallClock.millis());
    End end = ends.get(partition);
    if (end == null || end.asOf - end.inContactSince < idleAfterMillis) {
      return OptionalLong.empty();
    }
    OptionalLong position = consumers.position(partition);
    return position.isPresent() && position.getAsLong() >= end.offset
        ? OptionalLong.of(end.asOf)
        : OptionalLong.empty();
  }

  private void ask() throws InterruptedException {
    long now = wallClock.millis();
    wanted.values().removeIf(since -> since < now - FORGET_AFTER_MILLIS);
    Set<TopicPartition> partitions = wanted.keySet();
    ends.keySet().retainAll(partitions);
    if (partitions.isEmpty()) {
      return;
    }
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    partitions.forEach(partition -> latest.put(partition, OffsetSpec.latest()));
    try {
      Map<TopicPartition, ListOffsetsResult.ListOffsetsResultInfo> found =
          admin.listOffsets(latest, new ListOffsetsOptions(isolation)).all().get();
      contact.answered(now);
      found.forEach(
          (partition, info) -> ends.put(partition, new End(info.offset(), now, contact.since())));
    } catch (ExecutionException | KafkaException e) {
      // Unknown offsets advance nothing. The consumers report the missing broker.
      LOG.atDebug().setCause(e).log("cannot query end offsets");
    }
  }
}
