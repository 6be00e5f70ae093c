package io.tailrace.topology.kafka;

import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.streams.errors.DefaultProductionExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.jspecify.annotations.Nullable;

/**
 * Records each record that was too large for its topic. Handles write failures like the default
 * handler of Kafka Streams. Kafka Streams creates it by class name.
 */
public final class RefusedRecords extends DefaultProductionExceptionHandler {
  private @Nullable RecordLimits limits;

  @Override
  public void configure(Map<String, ?> configs) {
    super.configure(configs);
    limits = (RecordLimits) configs.get(RecordLimits.CONFIG);
  }

  @Override
  public Response handleError(
      ErrorHandlerContext context, ProducerRecord<byte[], byte[]> record, Exception exception) {
    if (exception instanceof RecordTooLargeException && limits != null) {
      limits.refused(record);
    }
    return super.handleError(context, record, exception);
  }
}
