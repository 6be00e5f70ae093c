package io.tailrace.topology.kafka;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.protocol.Errors;

/**
 * Identifies failures after which a stream thread can restart: the broker aborted the transaction
 * before the commit, for example during an outage, and can have forgotten its producer since. This
 * is fatal in Kafka Streams 4.3.1. An aborted transaction has no effect, including its offsets.
 */
public final class LostTransactions {
  /** Message of the producer, which does not use the exception of the error. */
  private static final String FORGOTTEN =
      "Unexpected error in TxnOffsetCommitResponse: "
          + Errors.INVALID_PRODUCER_ID_MAPPING.message();

  private LostTransactions() {}

  public static boolean isCauseOf(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof InvalidTxnStateException
          || cause instanceof InvalidPidMappingException
          || (cause instanceof KafkaException && FORGOTTEN.equals(cause.getMessage()))) {
        return true;
      }
    }
    return false;
  }
}
