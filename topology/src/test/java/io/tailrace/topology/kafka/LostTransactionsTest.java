package io.tailrace.topology.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

class LostTransactionsTest {
  @Test
  void isFoundBelowTheExceptionOfKafkaStreams() {
    assertThat(
            LostTransactions.isCauseOf(
                new StreamsException("commit", new InvalidTxnStateException("aborted"))))
        .isTrue();
  }

  @Test
  void isFoundIfTheBrokerForgotTheProducer() {
    String message =
        "Unexpected error in TxnOffsetCommitResponse: The producer attempted to use a producer id"
            + " which is not currently assigned to its transactional id.";

    assertThat(
            LostTransactions.isCauseOf(new StreamsException("commit", new KafkaException(message))))
        .isTrue();
    assertThat(
            LostTransactions.isCauseOf(
                new StreamsException("commit", new InvalidPidMappingException("forgotten"))))
        .isTrue();
  }

  @Test
  void isNoExcuseForOtherFailures() {
    assertThat(
            LostTransactions.isCauseOf(
                new StreamsException("write", new TopicAuthorizationException("no"))))
        .isFalse();
  }
}
