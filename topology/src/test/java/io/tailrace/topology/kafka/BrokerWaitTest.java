package io.tailrace.topology.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.tailrace.topology.config.StartException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class BrokerWaitTest {
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private long now;
  private final BrokerWait brokers =
      new BrokerWait("kafka-1:9092", () -> now, time -> now += time.toNanos());

  @BeforeEach
  void listen() {
    log.start();
    logger().setLevel(Level.INFO);
    logger().addAppender(log);
  }

  @AfterEach
  void stopListening() {
    logger().detachAppender(log);
    logger().setLevel(null);
  }

  @Test
  void saysWhatItWaitsFor_untilThereIsAnAnswer() {
    assertThat(brokers.pending()).contains("waiting for Kafka at kafka-1:9092");
    assertThat(brokers.untilAnswered(() -> 7)).isEqualTo(7);
    assertThat(brokers.pending()).isEmpty();
    assertThat(log.list).isEmpty();
  }

  @Test
  void triesForEver_andLogsALineAMinute() {
    AtomicInteger tries = new AtomicInteger();
    brokers.untilAnswered(
        () -> {
          if (now < Duration.ofHours(1).toNanos()) {
            tries.incrementAndGet();
            throw new TimeoutException("timed out");
          }
          return true;
        });
    assertThat(tries).hasValue(3_600); // a second each
    assertThat(log.list).hasSize(60 + 1);
    assertThat(log.list.get(0).getFormattedMessage())
        .startsWith("waiting for Kafka, retrying: kafka.bootstrap.servers: no answer: ");
    assertThat(log.list.get(0).getKeyValuePairs()).hasToString("[brokers=\"kafka-1:9092\"]");
    assertThat(log.list.get(60).getFormattedMessage()).isEqualTo("Kafka answers");
  }

  @Test
  void triesAgain_whenATopicCannotBeDescribedInTime() {
    AtomicInteger tries = new AtomicInteger();
    brokers.untilAnswered(
        () -> {
          if (tries.incrementAndGet() == 1) {
            throw new StartException(
                "topic a: cannot be described",
                new ExecutionException(new TimeoutException("timed out")));
          }
          return true;
        });
    assertThat(tries).hasValue(2);
  }

  @Test
  void triesAgain_whenNoNameCanBeResolved() {
    KafkaException unresolved = failureToCreate("nobody.invalid:9092");
    AtomicInteger tries = new AtomicInteger();
    brokers.untilAnswered(
        () -> {
          if (tries.incrementAndGet() == 1) {
            throw unresolved;
          }
          return true;
        });
    assertThat(tries).hasValue(2);
  }

  @Test
  void givesUpAtOnce_whenWaitingDoesNotHelp() {
    for (RuntimeException refusal :
        new RuntimeException[] {
          new SaslAuthenticationException("wrong"),
          new TopicAuthorizationException("no"),
          new StartException("topic a: missing"),
          failureToCreate("without-a-port")
        }) {
      assertThatThrownBy(
              () ->
                  brokers.untilAnswered(
                      () -> {
                        throw refusal;
                      }))
          .isSameAs(refusal);
    }
    assertThat(now).isZero();
  }

  /** What Kafka's own client throws. */
  private static KafkaException failureToCreate(String bootstrapServers) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      throw new AssertionError("created: " + admin);
    } catch (KafkaException e) {
      return e;
    }
  }

  private static Logger logger() {
    return (Logger) LoggerFactory.getLogger(BrokerWait.class);
  }
}
