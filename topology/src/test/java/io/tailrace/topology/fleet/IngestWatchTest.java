package io.tailrace.topology.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tailrace.serdes.Encoding;
import io.tailrace.topology.config.IngestTopics;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class IngestWatchTest {
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(IngestWatch.class);
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final IngestTopics ingest =
      IngestTopics.of(Map.of("^spans", Optional.empty()), Encoding.OTLP_PROTO);
  private Set<String> topics = Set.of("spans-1", "other");
  private final IngestWatch watch =
      new IngestWatch(ingest.with(ingest.matching(topics)), this::topics, meters);

  @BeforeEach
  void listen() {
    log.start();
    logger.setLevel(Level.WARN); // tests are quiet otherwise
    logger.addAppender(log);
  }

  @AfterEach
  void detach() {
    logger.detachAppender(log);
    logger.setLevel(null);
  }

  @Test
  void tellsOfTopicsThatCame_onceEach_andOfNoOthers() {
    watch.look();
    assertThat(unread()).isZero();
    assertThat(log.list).isEmpty();

    topics = Set.of("spans-1", "spans-3", "spans-2", "another");
    watch.look();
    watch.look();
    assertThat(unread()).isEqualTo(2);
    assertThat(log.list)
        .singleElement()
        .satisfies(line -> assertThat(line.getLevel()).isEqualTo(Level.WARN))
        .satisfies(line -> assertThat(line.getFormattedMessage()).endsWith(": spans-2, spans-3"));

    topics = Set.of("spans-1");
    watch.look();
    assertThat(unread()).isZero();
  }

  @Test
  void knowsWhatItKnew_whileNobodyAnswers() {
    topics = Set.of("spans-1", "spans-2");
    watch.look();
    topics = null;
    watch.look();

    assertThat(unread()).isEqualTo(1);
  }

  private Set<String> topics() {
    if (topics == null) {
      throw new TimeoutException("broker away");
    }
    return topics;
  }

  private double unread() {
    return meters.get("tailrace.ingest.unread.topics").gauge().value();
  }
}
