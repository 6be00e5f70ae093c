package io.tailrace.topology.kafka;

import java.time.InstantSource;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * Record times, held at or below now + the allowed skew: one record from a producer with a wrong
 * clock must not make every open trace due.
 */
public final class BoundedTimestamps implements TimestampExtractor {
  private final long allowedSkewMillis;
  private final InstantSource wallClock;

  public BoundedTimestamps(long allowedSkewMillis, InstantSource wallClock) {
    this.allowedSkewMillis = allowedSkewMillis;
    this.wallClock = wallClock;
  }

  /**
   * Those of the shuffle: the splitters bound what they stamp, and what they stamped must be the
   * same whenever it is read.
   */
  public static BoundedTimestamps ofShuffle() {
    return new BoundedTimestamps(Long.MAX_VALUE / 2, InstantSource.system());
  }

  @Override
  public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
    return bounded(record.timestamp());
  }

  /** Never negative: Kafka Streams drops records with a negative time. */
  public long bounded(long timestamp) {
    return Math.max(0, Math.min(timestamp, wallClock.millis() + allowedSkewMillis));
  }
}
