package io.tailrace.topology.kafka;

import java.time.InstantSource;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * Extracts record timestamps and limits them to the current time plus the allowed skew. Otherwise
 * one record of a producer with a wrong clock would make all open traces due.
 */
public final class BoundedTimestamps implements TimestampExtractor {
  private final long allowedSkewMillis;
  private final InstantSource wallClock;

  public BoundedTimestamps(long allowedSkewMillis, InstantSource wallClock) {
    this.allowedSkewMillis = allowedSkewMillis;
    this.wallClock = wallClock;
  }

  /**
   * Returns an extractor for the shuffle without a limit. Splitters have already limited its
   * timestamps, which must be equal at every read.
   */
  public static BoundedTimestamps ofShuffle() {
    return new BoundedTimestamps(Long.MAX_VALUE / 2, InstantSource.system());
  }

  @Override
  public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
    return bounded(record.timestamp());
  }

  /**
   * Returns the limited timestamp, never negative. Kafka Streams drops records with a negative
   * time.
   */
  public long bounded(long timestamp) {
    return Math.max(0, Math.min(timestamp, wallClock.millis() + allowedSkewMillis));
  }
}
