package io.tailrace.topology.kafka;

import org.apache.kafka.common.errors.InvalidTxnStateException;

/**
 * Tells failures that a stream thread can begin anew after: the broker had aborted the transaction
 * that was to be committed, as it does with one that was open while it was away. Kafka Streams
 * (4.3.1) takes that for fatal. Nothing of an aborted transaction counts, offsets included.
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
