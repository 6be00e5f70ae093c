package io.tailrace.topology.kafka;

import io.tailrace.topology.config.StartException;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.slf4j.event.Level;

/** Says in one line what an operator has to mend when Kafka refuses its clients. */
public final class KafkaFaults {
  private static final String ACLS =
      " (expected: the ACLs that deploy/README.md lists, for the principal of kafka.*)";

  /** Kafka's clients say so; where Kafka runs in containers, its names go when it does. */
  private static final String UNRESOLVED =
      "No resolvable bootstrap urls given in bootstrap.servers";

  private KafkaFaults() {}

  /** Whether waiting does not help: a login or a right is missing. */
  public static boolean isRefusal(Throwable thrown) {
    return find(AuthenticationException.class, thrown).isPresent()
        || find(AuthorizationException.class, thrown).isPresent();
  }

  /** Whether the brokers have not answered, or cannot yet, so that waiting may help. */
  static boolean isUnanswered(Throwable thrown) {
    return !isRefusal(thrown)
        && (find(RetriableException.class, thrown).isPresent()
            || find(ConfigException.class, thrown)
                .filter(e -> UNRESOLVED.equals(e.getMessage()))
                .isPresent());
  }

  /**
   * Level of a line about a failure that is tried again: an absent broker needs no mending here.
   */
  public static Level levelOf(Throwable thrown) {
    return isUnanswered(thrown) ? Level.WARN : Level.ERROR;
  }

  /** What to mend; empty if that is not known. Never holds a secret. */
  public static Optional<String> explain(Throwable thrown) {
    return denied(thrown)
        .or(() -> find(AuthenticationException.class, thrown).map(KafkaFaults::notLoggedIn))
        .or(() -> jaas(thrown))
        .or(() -> find(ConfigException.class, thrown).map(e -> "kafka.*: " + e.getMessage()))
        .or(() -> find(TimeoutException.class, thrown).map(KafkaFaults::unanswered));
  }

  /**
   * As an error of the start. A cause is kept only where its message may be shown: those of the
   * JAAS parser quote what they stumble upon, which may be part of a password.
   */
  public static StartException atStart(KafkaException thrown) {
    return explain(thrown)
        .map(StartException::new)
        .orElseGet(() -> new StartException("kafka: " + rootOf(thrown), thrown));
  }

  private static Optional<String> denied(Throwable thrown) {
    return find(AuthorizationException.class, thrown)
        .map(
            e -> {
              if (e instanceof TopicAuthorizationException topics
                  && !topics.unauthorizedTopics().isEmpty()) {
                return "topic " + String.join(", ", topics.unauthorizedTopics());
              } else if (e instanceof GroupAuthorizationException group) {
                return "group " + group.groupId();
              } else if (e instanceof TransactionalIdAuthorizationException) {
                return "transactional ids of application_id";
              }
              return "kafka: " + e.getMessage();
            })
        .map(what -> what + ": access denied" + ACLS);
  }

  private static String notLoggedIn(AuthenticationException e) {
    return "kafka: login refused: "
        + rootOf(e)
        + " (expected: kafka.security.protocol, kafka.sasl.* and kafka.ssl.* as the listener wants)";
  }

  private static Optional<String> jaas(Throwable thrown) {
    return find(IllegalArgumentException.class, thrown)
        .filter(e -> String.valueOf(e.getMessage()).contains("JAAS"))
        .map(
            e ->
                "kafka.sasl.jaas.config: [hidden] (expected: LoginModule required"
                    + " username=\"...\" password=\"...\";)");
  }

  private static String unanswered(TimeoutException e) {
    return "kafka.bootstrap.servers: no answer: "
        + e.getMessage()
        + " (expected: brokers that are up, and kafka.security.protocol as their listener has it)";
  }

  private static String rootOf(Throwable thrown) {
    Throwable root = thrown;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.toString() : root.getMessage();
  }

  private static <T extends Throwable> Optional<T> find(Class<T> type, Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return Optional.of(type.cast(cause));
      }
    }
    return Optional.empty();
  }
}
