package io.tailrace.topology.instance;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateRestoreListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts and logs restored records. Thread-safe. */
public final class RestoreMetrics implements StateRestoreListener {
  private static final Logger LOG = LoggerFactory.getLogger(RestoreMetrics.class);

  private final Map<TopicPartition, Long> startedAt = new ConcurrentHashMap<>();
  private final Counter records;

  public RestoreMetrics(MeterRegistry registry) {
    records =
        Counter.builder("tailrace.restore.records")
            .description("Records read again to restore state")
            .register(registry);
    Gauge.builder("tailrace.restore.partitions", startedAt, Map::size)
        .description("Partitions being restored")
        .register(registry);
  }

  @Override
  public void onRestoreStart(TopicPartition partition, String store, long start, long end) {
    startedAt.put(partition, System.nanoTime());
  }

  @Override
  public void onBatchRestored(
      TopicPartition partition, String store, long batchEnd, long numRestored) {
    records.increment((double) numRestored);
  }

  @Override
  public void onRestoreEnd(TopicPartition partition, String store, long totalRestored) {
    Long began = startedAt.remove(partition);
    if (began != null && totalRestored > 0) {
      LOG.atInfo()
          .addKeyValue("store", store)
          .addKeyValue("partition", partition)
          .addKeyValue("records", totalRestored)
          .addKeyValue("millis", (System.nanoTime() - began) / 1_000_000)
          .log("restored");
    }
  }

  @Override
  public void onRestoreSuspended(TopicPartition partition, String store, long totalRestored) {
    startedAt.remove(partition);
  }
}
