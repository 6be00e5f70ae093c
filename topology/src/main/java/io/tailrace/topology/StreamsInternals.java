package io.tailrace.topology;

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
import org.apache.kafka.streams.processor.internals.TopicPartitionMetadata;
import org.apache.kafka.streams.query.Position;
import org.apache.kafka.streams.state.internals.OffsetCheckpoint;

/**
 * All that Tailrace uses of Kafka Streams beyond its public API, in one place, so that an upgrade
 * which changes it breaks here, and the broker tests show it.
 */
final class StreamsInternals {
  /** What {@code committedOffset} answers for "restore from the beginning of the partition". */
  static final long FROM_BEGINNING = OffsetCheckpoint.OFFSET_UNKNOWN;

  private static final String OLDEST_OFFSET = "tailrace.oldest.offset";
  private static final String OLDEST_TIME = "tailrace.oldest.time";
  private static final String VERDICTS_FROM = "tailrace.verdicts.from";

  private StreamsInternals() {}

  /**
   * Makes the task's next offset commit carry where its oldest open trace begins. An older value
   * than the true one is harmless: a restart then reads more than it needs.
   *
   * @param verdictsFrom see {@link RestartPoint}
   */
  static void commitOldest(
      ProcessorContext<?, ?> context, long offset, long logTime, long verdictsFrom) {
    InternalProcessorContext<?, ?> internal = (InternalProcessorContext<?, ?>) context;
    internal.addProcessorMetadataKeyValue(OLDEST_OFFSET, offset);
    internal.addProcessorMetadataKeyValue(OLDEST_TIME, logTime);
    internal.addProcessorMetadataKeyValue(VERDICTS_FROM, verdictsFrom);
  }

  /**
   * Reads what {@link #commitOldest} and Streams itself wrote with an offset commit. An offset that
   * somebody else has set is taken as it stands: nothing before it is read.
   */
  static RestartPoint restartPoint(OffsetAndMetadata committed) {
    TopicPartitionMetadata metadata = TopicPartitionMetadata.decode(committed.metadata());
    Long oldestOffset = metadata.processorMetadata().get(OLDEST_OFFSET);
    Long oldestTime = metadata.processorMetadata().get(OLDEST_TIME);
    Long verdictsFrom = metadata.processorMetadata().get(VERDICTS_FROM);
    long clock = metadata.partitionTime();
    long from = verdictsFrom == null ? RestartPoint.NOT_TOLD : verdictsFrom;
    return oldestOffset == null || oldestTime == null
        ? new RestartPoint(committed.offset(), clock, committed.offset(), clock, from)
        : new RestartPoint(committed.offset(), clock, oldestOffset, oldestTime, from);
  }

  /**
   * Writes to the store's changelog, as the built-in stores do; {@code time} is the record's time.
   */
  static void logChange(
      StateStoreContext context, String store, byte[] key, byte[] value, long time) {
    ((InternalProcessorContext<?, ?>) context)
        .logChange(
            store, Bytes.wrap(key), value, time, new RecordHeaders(), Position.emptyPosition());
  }

  /** A restore callback that is handed whole records, with their offsets and times. */
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
