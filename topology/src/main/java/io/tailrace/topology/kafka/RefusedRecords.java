package io.tailrace.topology.kafka;

import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.streams.errors.DefaultProductionExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;

/**
 * Takes note of each record that was too large for its topic, and decides about failures to write
 * as Kafka Streams does by default. Kafka Streams makes it by its name.
 */
public final class RefusedRecords extends DefaultProductionExceptionHandler {
  private RecordLimits limits;

  @Override
  public void configure(Map<String, ?> configs) {
    super.configure(configs);
    limits = (RecordLimits) configs.get(RecordLimits.CONFIG);
  }

  @Override
  public Response handleError(
      ErrorHandlerContext context, ProducerRecord<byte[], byte[]> record, Exception exception) {
    if (exception instanceof RecordTooLargeException) {
      limits.refused(record);
    }
    return super.handleError(context, record, exception);
  }
}
