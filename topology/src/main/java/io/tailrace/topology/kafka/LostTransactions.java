package io.tailrace.topology.kafka;

import org.apache.kafka.common.errors.InvalidTxnStateException;

/**
 * Identifies failures after which a stream thread can restart: the broker aborted the transaction
 * before the commit, for example during an outage. This is fatal in Kafka Streams 4.3.1. An aborted
 * transaction has no effect, including its offsets.
 */
public final class LostTransactions {
  private LostTransactions() {}

  public static boolean isCauseOf(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof InvalidTxnStateException) {
        return true;
      }
    }
    return false;
  }
}
