package io.tailrace.topology.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.net.URI;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class DeliveryTest {
  private static final URI TARGET = URI.create("http://otel:4318/v1/traces");

  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(Delivery.class);
  private Instant now = Instant.EPOCH;
  private final Delivery delivery = new Delivery(() -> now);

  @BeforeEach
  void listen() {
    log.start();
    logger.setLevel(Level.INFO); // tests are quiet otherwise
    logger.addAppender(log);
  }

  @AfterEach
  void detach() {
    logger.detachAppender(log);
    logger.setLevel(null);
  }

  @Test
  void failingIsToldAtOnce_thenOnceAMinute_withWhereAndWhy() {
    for (int i = 0; i < 100; i++) {
      delivery.failed(TARGET, "answered 503");
    }
    assertThat(log.list).hasSize(1);

    now = now.plus(Delivery.INTERVAL);
    delivery.failed(TARGET, "answered 503");

    assertThat(log.list).hasSize(2);
    assertThat(log.list.get(1).getFormattedMessage()).contains(TARGET.toString(), "answered 503");
    assertThat(log.list.get(1).getKeyValuePairs().get(0).value).isEqualTo(100L);
  }

  @Test
  void comingAndGoingIsToldNoMoreOften() {
    for (int i = 0; i < 100; i++) {
      delivery.failed(TARGET, "answered 503");
      delivery.succeeded(TARGET);
    }

    assertThat(log.list)
        .extracting(ILoggingEvent::getLevel)
        .containsExactly(Level.WARN, Level.INFO);
  }

  @Test
  void arrivingIsNoNews_whileNothingFailed() {
    delivery.succeeded(TARGET);

    assertThat(log.list).isEmpty();
  }
}
