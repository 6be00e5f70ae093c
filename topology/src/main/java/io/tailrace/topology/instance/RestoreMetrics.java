package io.tailrace.topology.instance;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tailrace.topology.console.InstanceReport;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateRestoreListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts and logs restored records. Thread-safe. */
public final class RestoreMetrics implements StateRestoreListener {
  private static final Logger LOG = LoggerFactory.getLogger(RestoreMetrics.class);

  /** Restore of a partition; offsets from the first to before the last. */
  private record Restore(String store, long startedAt, long from, long reached, long end) {
    Restore reached(long offset) {
      return new Restore(store, startedAt, from, offset, end);
    }
  }

  private final Map<TopicPartition, Restore> running = new ConcurrentHashMap<>();
  private final Counter records;

  public RestoreMetrics(MeterRegistry registry) {
    records =
        Counter.builder("tailrace.restore.records")
            .description("Records read again to restore state")
            .register(registry);
    Gauge.builder("tailrace.restore.partitions", running, Map::size)
        .description("Partitions being restored")
        .register(registry);
  }

  @Override
  public void onRestoreStart(TopicPartition partition, String store, long start, long end) {
    running.put(partition, new Restore(store, System.nanoTime(), start, start, end));
  }

  @Override
  public void onBatchRestored(
      TopicPartition partition, String store, long batchEnd, long numRestored) {
    records.increment((double) numRestored);
    running.computeIfPresent(partition, (p, restore) -> restore.reached(batchEnd + 1));
  }

  @Override
  public void onRestoreEnd(TopicPartition partition, String store, long totalRestored) {
    Restore restore = running.remove(partition);
    if (restore != null && totalRestored > 0) {
      LOG.atInfo()
          .addKeyValue("store", store)
          .addKeyValue("partition", partition)
          .addKeyValue("records", totalRestored)
          .addKeyValue("millis", (System.nanoTime() - restore.startedAt) / 1_000_000)
          .log("restored");
    }
  }

  @Override
  public void onRestoreSuspended(TopicPartition partition, String store, long totalRestored) {
    running.remove(partition);
  }

  /** Returns the restores that are running, by topic and partition. */
  List<InstanceReport.Restoring> progress() {
    List<InstanceReport.Restoring> restores = new ArrayList<>();
    running.forEach(
        (partition, restore) ->
            restores.add(
                new InstanceReport.Restoring(
                    partition.topic(),
                    partition.partition(),
                    restore.store,
                    Math.min(restore.reached, restore.end) - restore.from,
                    restore.end - restore.from)));
    restores.sort(
        Comparator.comparing(InstanceReport.Restoring::topic)
            .thenComparingInt(InstanceReport.Restoring::partition));
    return restores;
  }
}
