package io.tailrace.topology.instance;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Log line of Kafka clients above INFO on which an operator cannot act.
 *
 * @param logger logger of the line
 * @param level level of the line
 * @param template message in Kafka's code
 * @param ends possible prefixes of the last argument; empty: any
 * @param causes simple names of exceptions, one of which the line or its causes must have; empty:
 *     any or none
 * @param incident incident of the line
 */
public record KnownLine(
    String logger,
    Level level,
    String template,
    List<String> ends,
    List<String> causes,
    Incident incident) {
  private static final String CLIENTS = "org.apache.kafka.clients.";
  private static final String STREAMS = "org.apache.kafka.streams.";
  private static final String TASKS = STREAMS + "processor.internals.";
  private static final String SENDING =
      "Error encountered sending record to topic %s for task %s due to:%n%s";
  private static final String LEAVING = "LeaveGroup request with {} failed with error: {}";

  /** Aborts of a thread's transaction by another thread or the broker. */
  private static final List<String> FENCED =
      List.of(
          "TransactionAbortedException",
          "ProducerFencedException",
          "InvalidProducerEpochException",
          "InvalidPidMappingException");

  /** Failures after which the engine replaces the thread and logs it. */
  private static final List<String> REPLACED =
      List.of("InvalidTxnStateException", "RecordTooLargeException");

  private static final List<String> ALL_CAUSES =
      Stream.concat(FENCED.stream(), REPLACED.stream()).toList();

  /** The transaction coordinator of a broker that has just started does not answer yet. */
  private static final String CANNOT_VERIFY =
      ". Error Message: Unable to verify the partition has been added to the transaction.";

  /** All known lines. */
  static final List<KnownLine> ALL =
      List.of(
          line(TASKS + "RecordCollectorImpl", Level.ERROR, SENDING, Incident.ABORTED)
              .causedBy(FENCED),
          line(TASKS + "RecordCollectorImpl", Level.ERROR, SENDING, Incident.REPORTED_ELSEWHERE)
              .causedBy(REPLACED),
          line(
              TASKS + "StreamThread",
              Level.WARN,
              "Detected that the thread is being fenced. This implies that this thread missed a"
                  + " rebalance and dropped out of the consumer group. Will close out all assigned"
                  + " tasks and rejoin the consumer group.",
              Incident.AWAY),
          line( // there is no global thread
              STREAMS + "StreamsConfig",
              Level.WARN,
              "Processing exception handler is not enabled for the GlobalThread. It's recommended to"
                  + " set `processing.exception.handler.global.enabled` to true to enable it. Enabling"
                  + " the processing exception handler for global state/KTable processing now, ensures"
                  + " future backward compatibility. The processing exception handler will get enabled"
                  + " by default with Apache Kafka 5.0 release.",
              Incident.REPORTED_ELSEWHERE),
          line( // the disk is a cache: it is empty after a start
              TASKS + "StateDirectory",
              Level.WARN,
              "Using an OS temp directory in the state.dir property can cause failures with"
                  + " writing the checkpoint file due to the fact that this directory can be"
                  + " cleared by the OS. Resolved state.dir: [\u0001]",
              Incident.REPORTED_ELSEWHERE),
          line(
              STREAMS + "KafkaStreams",
              Level.ERROR,
              "Replacing thread in the streams uncaught exception handler",
              Incident.REPORTED_ELSEWHERE),
          line(
                  STREAMS + "errors.LogAndFailProcessingExceptionHandler",
                  Level.ERROR,
                  "Exception caught during message processing, processor node: {}, taskId: {}, source"
                      + " topic: {}, source partition: {}, source offset: {}",
                  Incident.REPORTED_ELSEWHERE)
              .causedBy(ALL_CAUSES),
          line(
              TASKS + "StreamTask",
              Level.ERROR,
              "Processing exception handler is set to fail upon a processing error. If you would"
                  + " rather have the streaming pipeline continue after a processing error, please set"
                  + " the processing.exception.handler appropriately.",
              Incident.REPORTED_ELSEWHERE),
          line(
                  TASKS + "TaskExecutor",
                  Level.ERROR,
                  "Failed to process stream task %s due to the following error:",
                  Incident.REPORTED_ELSEWHERE)
              .causedBy(ALL_CAUSES),
          line(
                  TASKS + "TaskExecutor",
                  Level.ERROR,
                  "Failed to punctuate stream task {} due to the following error:",
                  Incident.REPORTED_ELSEWHERE)
              .causedBy(ALL_CAUSES),
          line(
                  CLIENTS + "consumer.internals.ConsumerCoordinator",
                  Level.ERROR,
                  LEAVING,
                  Incident.LEFT_BEFORE)
              .endingWith("The coordinator is not aware of this member."),
          line(
                  CLIENTS + "consumer.internals.ConsumerCoordinator",
                  Level.ERROR,
                  LEAVING,
                  Incident.CANNOT_LEAVE)
              .endingWith(
                  "The coordinator is not available.",
                  "The coordinator is loading and hence can't process requests.",
                  "This is not the correct coordinator."),
          line(
              CLIENTS + "admin.internals.PartitionLeaderStrategy",
              Level.ERROR,
              "Received unknown topic error for topic {}",
              Incident.REPORTED_ELSEWHERE),
          line(
                  CLIENTS + "admin.internals.ListConsumerGroupOffsetsHandler",
                  Level.WARN,
                  "Skipping return offset for {} due to error {}.",
                  Incident.REPORTED_ELSEWHERE)
              .endingWith("UNSTABLE_OFFSET_COMMIT"),
          line(
              CLIENTS + "consumer.internals.OffsetFetcherUtils",
              Level.WARN,
              "Not updating last stable offset for partition {} as it is no longer assigned",
              Incident.REPORTED_ELSEWHERE),
          line(
              CLIENTS + "consumer.internals.OffsetFetcherUtils",
              Level.WARN,
              "Not updating high watermark for partition {} as it is no longer assigned",
              Incident.REPORTED_ELSEWHERE),
          line(
              CLIENTS + "NetworkClient",
              Level.WARN,
              "Connection to node {} ({}) could not be established. Node may not be available.",
              Incident.BROKER_AWAY),
          line(
              CLIENTS + "NetworkClient",
              Level.WARN,
              "Bootstrap broker {} disconnected",
              Incident.BROKER_AWAY),
          line(
                  CLIENTS + "producer.internals.Sender",
                  Level.WARN,
                  "Got error produce response with correlation id {} on topic-partition {}, retrying"
                      + " ({} attempts left). Error: {}",
                  Incident.SENT_AGAIN)
              .endingWith(
                  "NOT_LEADER_OR_FOLLOWER",
                  "NETWORK_EXCEPTION",
                  "LEADER_NOT_AVAILABLE",
                  "NOT_ENOUGH_REPLICAS" + CANNOT_VERIFY, // not on its own: a broker is missing
                  "CONCURRENT_TRANSACTIONS", // the previous transaction is still ending
                  "OUT_OF_ORDER_SEQUENCE_NUMBER"), // batches sent after such a batch
          line(
                  CLIENTS + "producer.internals.Sender",
                  Level.WARN,
                  "Received invalid metadata error in produce request on partition {} due to {} Going to"
                      + " request metadata update now",
                  Incident.SENT_AGAIN)
              .endingWith(
                  "org.apache.kafka.common.errors.NotLeaderOrFollowerException",
                  "org.apache.kafka.common.errors.NetworkException",
                  "org.apache.kafka.common.errors.LeaderNotAvailableException"));

  /** Placeholders of SLF4J, of {@link String#format}, and of javac in a concatenation. */
  static final Pattern ARGUMENT = Pattern.compile("\\{}|%s|%n|\u0001");

  /** Names of clients, threads and tasks at the start of Kafka's lines. */
  private static final String PREFIXES = "(?:(?:\\S+ )?\\[[^\\]]*\\] )*";

  private static final Map<String, Pattern> PATTERNS = new ConcurrentHashMap<>();

  private static KnownLine line(String logger, Level level, String template, Incident incident) {
    return new KnownLine(logger, level, template, List.of(), List.of(), incident);
  }

  private KnownLine causedBy(List<String> exceptions) {
    return new KnownLine(logger, level, template, ends, exceptions, incident);
  }

  private KnownLine endingWith(String... arguments) {
    return new KnownLine(logger, level, template, List.of(arguments), causes, incident);
  }

  /** Returns the known line of an event, or empty. */
  public static Optional<KnownLine> of(ILoggingEvent event) {
    if (!event.getLevel().isGreaterOrEqual(Level.WARN)) {
      return Optional.empty();
    }
    return ALL.stream().filter(line -> line.is(event)).findFirst();
  }

  private boolean is(ILoggingEvent event) {
    return logger.equals(event.getLoggerName())
        && level.equals(event.getLevel())
        && (causes.isEmpty() || isCausedBy(event.getThrowableProxy()))
        && matches(event.getFormattedMessage());
  }

  private boolean isCausedBy(IThrowableProxy thrown) {
    for (IThrowableProxy cause = thrown; cause != null; cause = cause.getCause()) {
      String name = cause.getClassName();
      if (causes.contains(name.substring(name.lastIndexOf('.') + 1))) {
        return true;
      }
    }
    return false;
  }

  private boolean matches(String message) {
    Matcher matcher = pattern().matcher(message);
    return matcher.matches()
        && (ends.isEmpty()
            || ends.stream().anyMatch(matcher.group(matcher.groupCount())::startsWith));
  }

  private Pattern pattern() {
    return PATTERNS.computeIfAbsent(
        template,
        text -> {
          String words =
              Stream.of(ARGUMENT.split(text, -1))
                  .map(Pattern::quote)
                  .collect(Collectors.joining("(.*?)"));
          return Pattern.compile(PREFIXES + words + "\\s*", Pattern.DOTALL);
        });
  }
}
