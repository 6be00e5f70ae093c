package io.tailrace.topology.kafka;

import io.tailrace.topology.config.StartException;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.streams.errors.StreamsException;
import org.slf4j.event.Level;

/** Explains failures of Kafka clients in one line with the required action. */
public final class KafkaFaults {
  private static final String ACLS =
      " (expected: the ACLs that deploy/README.md lists, for the principal of kafka.*)";

  /** Message of the Kafka clients. The names of containers disappear with the containers. */
  private static final String UNRESOLVED =
      "No resolvable bootstrap urls given in bootstrap.servers";

  private static final String DENIED = ": access denied";

  /** Begin of the message of Kafka Streams about a record that the broker rejects. */
  private static final String STREAMS_SENDS = "Error encountered sending record to topic";

  /** Message of the producer, which does not use the exception of the error. */
  private static final String DENIED_COMMIT =
      "Unexpected error in TxnOffsetCommitResponse: " + Errors.TOPIC_AUTHORIZATION_FAILED.message();

  private KafkaFaults() {}

  /** Returns whether a login or a right is missing, so that waiting does not help. */
  public static boolean isRefusal(Throwable thrown) {
    return find(AuthenticationException.class, thrown).isPresent()
        || find(AuthorizationException.class, thrown).isPresent();
  }

  /** Returns whether brokers do not answer, or not yet, so that waiting can help. */
  static boolean isUnanswered(Throwable thrown) {
    return !isRefusal(thrown)
        && (find(RetriableException.class, thrown).isPresent()
            || find(ConfigException.class, thrown)
                .filter(e -> UNRESOLVED.equals(e.getMessage()))
                .isPresent());
  }

  /** Returns the log level of a failure that is retried. Lower for a missing broker. */
  public static Level levelOf(Throwable thrown) {
    return isUnanswered(thrown) ? Level.WARN : Level.ERROR;
  }

  /** Returns the required action. Empty if unknown. Never contains a secret. */
  public static Optional<String> explain(Throwable thrown) {
    return denied(thrown)
        .or(() -> find(AuthenticationException.class, thrown).map(KafkaFaults::notLoggedIn))
        .or(() -> jaas(thrown))
        .or(() -> find(ConfigException.class, thrown).map(e -> "kafka.*: " + e.getMessage()))
        .or(() -> wronglyTimed(thrown))
        .or(() -> find(TimeoutException.class, thrown).map(KafkaFaults::unanswered));
  }

  /**
   * Converts the failure to an error of the start. Keeps the cause only if its message is safe: the
   * JAAS parser quotes invalid text, which may be part of a password.
   */
  public static StartException atStart(KafkaException thrown) {
    return explain(thrown)
        .map(StartException::new)
        .orElseGet(() -> new StartException("kafka: " + rootOf(thrown), thrown));
  }

  private static Optional<String> denied(Throwable thrown) {
    return find(AuthorizationException.class, thrown)
        .map(e -> denied(e, thrown))
        .or(() -> deniedCommit(thrown))
        .map(what -> what + ACLS);
  }

  private static String denied(AuthorizationException e, Throwable thrown) {
    if (e instanceof TopicAuthorizationException topics && !topics.unauthorizedTopics().isEmpty()) {
      String names = String.join(", ", topics.unauthorizedTopics());
      return "topic " + names + DENIED + (isOfSend(thrown) ? ": Write" : "");
    } else if (e instanceof GroupAuthorizationException group) {
      return "group " + group.groupId() + DENIED + ": Read";
    } else if (e instanceof TransactionalIdAuthorizationException) {
      return "transactional ids of application_id" + DENIED + ": Write";
    }
    return "kafka: " + e.getMessage() + DENIED;
  }

  /**
   * Explains a denied commit of a transaction, which requires Read on the topics of the offsets.
   * The client reports it by a message without the name of the topic.
   */
  private static Optional<String> deniedCommit(Throwable thrown) {
    return find(KafkaException.class, thrown, DENIED_COMMIT::equals)
        .map(e -> "an ingest topic or topics.spans_by_trace" + DENIED + ": Read");
  }

  /** Returns whether Kafka Streams failed to send. Brokers do not report the denied operation. */
  private static boolean isOfSend(Throwable thrown) {
    return find(StreamsException.class, thrown, message -> message.startsWith(STREAMS_SENDS))
        .isPresent();
  }

  private static String notLoggedIn(AuthenticationException e) {
    return "kafka: login denied: "
        + rootOf(e)
        + " (expected: kafka.security.protocol, kafka.sasl.* and kafka.ssl.* that match the listener)";
  }

  private static Optional<String> jaas(Throwable thrown) {
    return find(IllegalArgumentException.class, thrown)
        .filter(e -> String.valueOf(e.getMessage()).contains("JAAS"))
        .map(
            e ->
                "kafka.sasl.jaas.config: [hidden] (expected: LoginModule required"
                    + " username=\"...\" password=\"...\";)");
  }

  /** Explains the answer of a broker that compares record times with its clock. */
  private static Optional<String> wronglyTimed(Throwable thrown) {
    return find(InvalidRecordException.class, thrown, message -> message.startsWith("Timestamp "))
        .<Throwable>map(e -> e) // of one record
        .or(() -> find(InvalidTimestampException.class, thrown)) // of a whole batch
        .map(e -> wronglyTimed(e, thrown));
  }

  private static String wronglyTimed(Throwable rejected, Throwable thrown) {
    String topic =
        find(StreamsException.class, thrown, message -> message.startsWith(STREAMS_SENDS))
            .map(e -> String.valueOf(e.getMessage()).substring(STREAMS_SENDS.length()).trim())
            .map(of -> "topic " + of.split(" ", 2)[0])
            .orElse("kafka");
    return topic
        + ": the broker rejects the time of a record: "
        + rejected.getMessage()
        + " (expected: clocks of brokers, instances and"
        + " producers that differ by less than the topic's message.timestamp.after.max.ms and"
        + " message.timestamp.before.max.ms)";
  }

  private static String unanswered(TimeoutException e) {
    return "kafka.bootstrap.servers: no answer: "
        + e.getMessage()
        + " (expected: running brokers, and a kafka.security.protocol that matches their listener)";
  }

  private static String rootOf(Throwable thrown) {
    Throwable root = thrown;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.toString() : root.getMessage();
  }

  private static <T extends Throwable> Optional<T> find(Class<T> type, Throwable thrown) {
    return find(type, thrown, message -> true);
  }

  private static <T extends Throwable> Optional<T> find(
      Class<T> type, Throwable thrown, Predicate<String> message) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause) && message.test(String.valueOf(cause.getMessage()))) {
        return Optional.of(type.cast(cause));
      }
    }
    return Optional.empty();
  }
}
