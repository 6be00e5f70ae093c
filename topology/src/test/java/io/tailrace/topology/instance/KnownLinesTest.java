package io.tailrace.topology.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionAbortedException;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.utils.LogContext;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

class KnownLinesTest {
  private static final String COLLECTOR =
      "org.apache.kafka.streams.processor.internals.RecordCollectorImpl";
  private static final String COORDINATOR =
      "org.apache.kafka.clients.consumer.internals.ConsumerCoordinator";
  private static final String THREAD = "stream-thread [tailrace-1-StreamThread-1] ";

  /** Classes that write by the logger of another. */
  private static final Map<String, String> WRITERS =
      Map.of(
          "LeaveGroup request with {} failed with error: {}",
          "org.apache.kafka.clients.consumer.internals.AbstractCoordinator$LeaveGroupResponseHandler",
          "Bootstrap broker {} disconnected",
          "org.apache.kafka.clients.NetworkClient$DefaultMetadataUpdater");

  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final KnownLines lines = new KnownLines();
  private final LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
  private final Logger kafka = context.getLogger("org.apache.kafka");
  private final Logger ours = context.getLogger(KnownLines.class);

  @BeforeEach
  void attach() {
    log.start();
    lines.setContext(context);
    lines.addAppender(log);
    lines.start();
    kafka.addAppender(lines);
    kafka.setAdditive(false);
    kafka.setLevel(Level.WARN);
    ours.setLevel(Level.INFO);
  }

  @AfterEach
  void detach() {
    kafka.detachAppender(lines);
    kafka.setAdditive(true);
    kafka.setLevel(null);
    ours.setLevel(null);
    lines.stop();
  }

  static Stream<KnownLine> all() {
    return KnownLine.ALL.stream();
  }

  /** An upgrade of Kafka that changes the words fails here. */
  @ParameterizedTest
  @MethodSource("all")
  void wordsAreThoseOfKafka(KnownLine line) throws Exception {
    assertThat(classFile(WRITERS.getOrDefault(line.template(), line.logger())))
        .contains(line.template());
    assertThat(Class.forName(line.logger())).as("logger").isNotNull();
    for (String cause : line.causes()) {
      assertThat(Class.forName("org.apache.kafka.common.errors." + cause)).isNotNull();
    }
  }

  @Test
  void errorsAreThoseOfKafka() {
    List<String> known = new ArrayList<>();
    for (Errors error : Errors.values()) {
      known.add(error.name());
      known.add(error.message());
      known.add(error.exception() == null ? "" : error.exception().getClass().getName());
    }
    assertThat(KnownLine.ALL)
        .flatExtracting(KnownLine::ends)
        .extracting(end -> end.replaceFirst("(?<=[A-Z])\\. Error Message: .*", ""))
        .allSatisfy(end -> assertThat(known).contains(end));
  }

  @Test
  void aCoordinatorThatIsLoadingIsNoLackOfReplicas() {
    logger("org.apache.kafka.clients.producer.internals.Sender", "[Producer clientId=a] ")
        .warn(
            "Got error produce response with correlation id {} on topic-partition {}, retrying ({}"
                + " attempts left). Error: {}",
            39,
            "a-2",
            2,
            "NOT_ENOUGH_REPLICAS. Error Message: Unable to verify the partition has been added to"
                + " the transaction. Underlying error: COORDINATOR_LOAD_IN_PROGRESS");

    assertThat(log.list)
        .singleElement()
        .asString()
        .contains("a broker temporarily rejects records");
  }

  @Test
  void aPauseIsOneLine_andNoneOfItsErrors() {
    for (int i = 0; i < 1_309; i++) {
      logger(COLLECTOR, THREAD + "stream-task [0_1] ").error(sending(), aborted());
    }
    logger("org.apache.kafka.streams.processor.internals.StreamThread", THREAD)
        .warn(
            "Detected that the thread is being fenced. This implies that this thread missed a"
                + " rebalance and dropped out of the consumer group. Will close out all assigned"
                + " tasks and rejoin the consumer group.",
            new StreamsException("migrated"));
    logger(COORDINATOR, "[Consumer clientId=a-consumer, groupId=tailrace] ")
        .error(
            "LeaveGroup request with {} failed with error: {}",
            "Generation{generationId=2, memberId='a', protocol='stream'}",
            Errors.UNKNOWN_MEMBER_ID.message());

    assertThat(log.list)
        .extracting(ILoggingEvent::getLevel, ILoggingEvent::getFormattedMessage)
        .containsExactly(
            tuple(Level.convertAnSLF4JLevel(Incident.ABORTED.level()), Incident.ABORTED.line("")),
            tuple(Level.convertAnSLF4JLevel(Incident.AWAY.level()), Incident.AWAY.line("")),
            tuple(
                Level.convertAnSLF4JLevel(Incident.LEFT_BEFORE.level()),
                Incident.LEFT_BEFORE.line("")));
    assertThat(log.list)
        .extracting(ILoggingEvent::getLoggerName)
        .containsOnly(KnownLines.class.getName());
  }

  @Test
  void theOriginalsAreAtDebug() {
    kafka.setLevel(Level.DEBUG);
    logger(COLLECTOR, THREAD).error(sending(), aborted());

    assertThat(log.list).hasSize(2);
    ILoggingEvent original = log.list.get(1);
    assertThat(original.getLevel()).isEqualTo(Level.DEBUG);
    assertThat(original.getLoggerName()).isEqualTo(COLLECTOR);
    assertThat(original.getFormattedMessage()).isEqualTo(THREAD + sending());
    assertThat(original.getThrowableProxy().getClassName())
        .isEqualTo(TransactionAbortedException.class.getName());
  }

  @Test
  void whatTheEngineReportsHasNoSecondLine() {
    logger("org.apache.kafka.streams.KafkaStreams", "stream-client [a] ")
        .error(
            "Replacing thread in the streams uncaught exception handler",
            new StreamsException("commit", new InvalidTxnStateException("aborted")));
    assertThat(log.list).isEmpty();
  }

  @Test
  void otherFailuresStayAsTheyAre() {
    logger(COLLECTOR, THREAD).error(sending(), new TopicAuthorizationException("no"));
    logger(COLLECTOR, THREAD).error(sending());
    logger(COLLECTOR, THREAD).warn("Could not get partitions for topic {}, will retry", "a");
    logger(COORDINATOR, "[Consumer clientId=a-consumer, groupId=tailrace] ")
        .error(
            "LeaveGroup request with {} failed with error: {}",
            "Generation{}",
            Errors.GROUP_AUTHORIZATION_FAILED.message());
    logger("org.apache.kafka.clients.producer.internals.Sender", "[Producer clientId=a] ")
        .warn(
            "Got error produce response with correlation id {} on topic-partition {}, retrying ({}"
                + " attempts left). Error: {}",
            7,
            "a-0",
            2,
            Errors.NOT_ENOUGH_REPLICAS);

    assertThat(log.list)
        .extracting(ILoggingEvent::getLevel)
        .containsExactly(Level.ERROR, Level.ERROR, Level.WARN, Level.ERROR, Level.WARN);
  }

  @Test
  void anIncidentHasALineAMinute_withTheFirstOfItsLines() {
    long minute = Duration.ofMinutes(1).toMillis();
    for (long time : List.of(0L, 1L, minute - 1, minute, 2 * minute - 1)) {
      LoggingEvent event =
          new LoggingEvent(
              "",
              context.getLogger("org.apache.kafka.clients.NetworkClient"),
              Level.WARN,
              "[Producer clientId=a] Bootstrap broker b:" + time + " disconnected",
              null,
              null);
      event.setTimeStamp(time);
      lines.doAppend(event);
    }

    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly(
            "a broker does not answer; retrying, no data is lost: [Producer clientId=a]"
                + " Bootstrap broker b:0 disconnected",
            "a broker does not answer; retrying, no data is lost: [Producer clientId=a]"
                + " Bootstrap broker b:60000 disconnected");
  }

  @Test
  void linesOfOursPass() {
    LoggingEvent event = new LoggingEvent("", ours, Level.ERROR, "cannot continue", null, null);
    lines.doAppend(event);
    assertThat(log.list).containsExactly(event);
  }

  private static String sending() {
    return "Error encountered sending record to topic a for task 0_1 due to:\n"
        + "org.apache.kafka.common.errors.TransactionAbortedException: Failing batch since"
        + " transaction was aborted";
  }

  private static TransactionAbortedException aborted() {
    return new TransactionAbortedException("Failing batch since transaction was aborted");
  }

  /** As Kafka's classes make theirs. */
  private static org.slf4j.Logger logger(String name, String prefix) {
    try {
      return new LogContext(prefix).logger(Class.forName(name));
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  private static String classFile(String name) throws IOException {
    try (InputStream file =
        KnownLinesTest.class
            .getClassLoader()
            .getResourceAsStream(name.replace('.', '/') + ".class")) {
      assertThat(file).as(name).isNotNull();
      return new String(file.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }
}
