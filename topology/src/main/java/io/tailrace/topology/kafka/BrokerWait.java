package io.tailrace.topology.kafka;

import io.tailrace.topology.config.StartException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Retries Kafka requests of a start until the brokers answer, without limit, and logs a line once a
 * minute. A denied login or a missing right counts as an answer. {@link #pending} is thread-safe;
 * other methods are for the starting thread.
 */
public final class BrokerWait {
  private static final Logger LOG = LoggerFactory.getLogger(BrokerWait.class);
  private static final Duration TO_ANSWER = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration LINE_EVERY = Duration.ofMinutes(1);

  /** Pause between two attempts. */
  public interface Pause {
    void of(Duration time) throws InterruptedException;
  }

  private final String brokers;
  private final LongSupplier nanoTime;
  private final Pause pause;
  private boolean hasLogged;
  private long loggedAt;
  private volatile @Nullable String pending;

  /**
   * @param brokers configured bootstrap servers
   */
  public BrokerWait(String brokers) {
    this(brokers, System::nanoTime, time -> Thread.sleep(time.toMillis()));
  }

  BrokerWait(String brokers, LongSupplier nanoTime, Pause pause) {
    this.brokers = brokers;
    this.nanoTime = nanoTime;
    this.pause = pause;
    pending = "waiting for Kafka at " + brokers;
  }

  /** Creates an admin client and waits until brokers answer. The caller closes it. */
  public Admin contact(ClientProperties clients) {
    return untilAnswered(
        () -> {
          Admin admin = Admin.create(clients.admin());
          try {
            ask(admin);
            return admin;
          } catch (RuntimeException e) {
            admin.close(Duration.ZERO);
            throw e;
          }
        });
  }

  /**
   * Repeats an attempt until brokers answer, and returns its result.
   *
   * @throws RuntimeException any other exception of the attempt
   */
  public <T> T untilAnswered(Supplier<T> attempt) {
    while (true) {
      try {
        T result = attempt.get();
        answered();
        return result;
      } catch (KafkaException | StartException e) {
        if (!KafkaFaults.isUnanswered(e)) {
          throw e;
        }
        unanswered(e);
      }
      try {
        pause.of(PAUSE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StartException("interrupted while waiting for Kafka at " + brokers, e);
      }
    }
  }

  /** Returns the reason of the wait. Empty if the brokers have answered. */
  public Optional<String> pending() {
    return Optional.ofNullable(pending);
  }

  /** Sends a request with a short timeout that needs no rights. */
  private static void ask(Admin admin) {
    try {
      admin
          .describeCluster(new DescribeClusterOptions().timeoutMs((int) TO_ANSWER.toMillis()))
          .nodes()
          .get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("interrupted while looking for brokers", e);
    }
  }

  private void answered() {
    pending = null;
    if (hasLogged) {
      hasLogged = false;
      LOG.atInfo().addKeyValue("brokers", brokers).log("Kafka answers");
    }
  }

  private void unanswered(RuntimeException e) {
    pending = "waiting for Kafka at " + brokers;
    long now = nanoTime.getAsLong();
    if (!hasLogged || now - loggedAt >= LINE_EVERY.toNanos()) {
      hasLogged = true;
      loggedAt = now;
      LOG.atWarn()
          .addKeyValue("brokers", brokers)
          .log("waiting for Kafka, retrying: {}", KafkaFaults.explain(e).orElseGet(e::getMessage));
    }
  }
}
