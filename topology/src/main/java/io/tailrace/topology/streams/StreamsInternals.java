package io.tailrace.topology.streams;

import java.util.Collection;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.StateRestoreCallback;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.internals.InternalProcessorContext;
import org.apache.kafka.streams.processor.internals.RecordBatchingStateRestoreCallback;
import org.apache.kafka.streams.processor.internals.StreamThread;
import org.apache.kafka.streams.processor.internals.TopicPartitionMetadata;
import org.apache.kafka.streams.query.Position;
import org.apache.kafka.streams.state.internals.CacheFlushListener;
import org.apache.kafka.streams.state.internals.CachedStateStore;
import org.apache.kafka.streams.state.internals.OffsetCheckpoint;
import org.jspecify.annotations.Nullable;

/**
 * All uses of Kafka Streams beyond its public API. An upgrade that changes them fails to compile
 * here or fails the broker tests.
 */
public final class StreamsInternals {
  /** Result of {@code committedOffset} for "restore from the beginning of the partition". */
  static final long FROM_BEGINNING = OffsetCheckpoint.OFFSET_UNKNOWN;

  private static final String OLDEST_OFFSET = "tailrace.oldest.offset";
  private static final String OLDEST_TIME = "tailrace.oldest.time";
  private static final String OLDEST_SETTLED = "tailrace.oldest.settled";
  private static final String VERDICTS_FROM = "tailrace.verdicts.from";

  private static final String REACHED = "tailrace.reached";

  private StreamsInternals() {}

  /**
   * Adds the restart position to the next offset commit of the task. An older position is harmless:
   * a restart then reads more than necessary.
   *
   * @param point restart position; Kafka Streams writes its committed offset and clock
   */
  static void commit(ProcessorContext<?, ?> context, RestartPoint point) {
    InternalProcessorContext<?, ?> internal = (InternalProcessorContext<?, ?>) context;
    internal.addProcessorMetadataKeyValue(OLDEST_OFFSET, point.oldestOffset());
    internal.addProcessorMetadataKeyValue(OLDEST_TIME, point.oldestTime());
    internal.addProcessorMetadataKeyValue(OLDEST_SETTLED, point.settled());
    internal.addProcessorMetadataKeyValue(VERDICTS_FROM, point.verdictsFrom());
  }

  /**
   * Reads the data written by {@link #commit} and by Kafka Streams with an offset commit. If other
   * tools have set the offset, nothing before it is read.
   */
  static RestartPoint restartPoint(OffsetAndMetadata committed) {
    TopicPartitionMetadata metadata = TopicPartitionMetadata.decode(committed.metadata());
    long clock = metadata.partitionTime();
    long oldestOffset = told(metadata, OLDEST_OFFSET);
    long oldestTime = told(metadata, OLDEST_TIME);
    boolean isOurs = oldestOffset != RestartPoint.NOT_TOLD && oldestTime != RestartPoint.NOT_TOLD;
    return new RestartPoint(
        committed.offset(),
        clock,
        isOurs ? oldestOffset : committed.offset(),
        isOurs ? oldestTime : clock,
        told(metadata, OLDEST_SETTLED),
        told(metadata, VERDICTS_FROM));
  }

  private static long told(TopicPartitionMetadata metadata, String key) {
    Long value = metadata.processorMetadata().get(key);
    return value == null ? RestartPoint.NOT_TOLD : value;
  }

  /**
   * Adds the log time of a splitter to the next offset commit of the task. The records of an idle
   * partition do not show it.
   */
  static void commitReached(ProcessorContext<?, ?> context, long logTime) {
    ((InternalProcessorContext<?, ?>) context).addProcessorMetadataKeyValue(REACHED, logTime);
  }

  /**
   * Returns the log time of the task at its last commit, from {@link #commitReached} or from its
   * records; negative if there is none.
   */
  static long reached(ProcessorContext<?, ?> context) {
    Long reached = ((InternalProcessorContext<?, ?>) context).processorMetadataForKey(REACHED);
    return Math.max(context.currentStreamTimeMs(), reached == null ? -1 : reached);
  }

  /** Returns the log time of a task in one of its commits; negative if there is none. */
  static long reached(OffsetAndMetadata committed) {
    TopicPartitionMetadata metadata = TopicPartitionMetadata.decode(committed.metadata());
    Long reached = metadata.processorMetadata().get(REACHED);
    return Math.max(metadata.partitionTime(), reached == null ? -1 : reached);
  }

  /**
   * Writes to the changelog of the store as the built-in stores do.
   *
   * @param time timestamp of the record
   */
  static void logChange(
      StateStoreContext context, String store, byte[] key, byte @Nullable [] value, long time) {
    ((InternalProcessorContext<?, ?>) context)
        .logChange(
            store, Bytes.wrap(key), value, time, new RecordHeaders(), Position.emptyPosition());
  }

  /**
   * Store with a callback before each commit of its task. The commit includes what the callback
   * writes to other stores. Kafka Streams flushes its own caches in this way.
   */
  interface BeforeCommit extends CachedStateStore<byte[], byte[]> {
    /** The task commits all that it has processed up to now. */
    void beforeCommit();

    @Override
    default void flushCache() {
      beforeCommit();
    }

    @Override
    default void clearCache() {}

    @Override
    default boolean setFlushListener(
        CacheFlushListener<byte[], byte[]> listener, boolean sendOldValues) {
      return false; // there is no cache
    }
  }

  /** Returns whether this thread runs tasks; false for the thread that starts Kafka Streams. */
  static boolean isStreamThread() {
    return Thread.currentThread() instanceof StreamThread;
  }

  /** Restore callback that receives whole records with their offsets and timestamps. */
  static StateRestoreCallback restoringRecords(
      Consumer<Collection<ConsumerRecord<byte[], byte[]>>> restore) {
    return new RestoringRecords(restore);
  }

  private record RestoringRecords(Consumer<Collection<ConsumerRecord<byte[], byte[]>>> restore)
      implements RecordBatchingStateRestoreCallback {
    @Override
    public void restoreBatch(Collection<ConsumerRecord<byte[], byte[]>> records) {
      restore.accept(records);
    }
  }
}
