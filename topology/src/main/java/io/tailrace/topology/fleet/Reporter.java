package io.tailrace.topology.fleet;

import io.tailrace.topology.kafka.ClientThread;
import io.tailrace.topology.kafka.JsonRecords;
import io.tailrace.topology.kafka.KafkaFaults;
import io.tailrace.topology.kafka.ReportTopics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the status of an instance and the policy versions it has seen, on its own thread with its
 * own producer, so that its failures cannot stop sampling. Retries failed writes. Thread-safe.
 */
public final class Reporter implements PolicyReports, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Reporter.class);
  private static final Duration PERIOD = Duration.ofMillis(200);
  private static final Duration RETRY = Duration.ofSeconds(5);
  private static final Duration TO_SEND = Duration.ofSeconds(10);
  private static final Duration TO_CLOSE = Duration.ofSeconds(2);

  /**
   * Interval for writing an unchanged status again, as the retention of its topic removes old
   * records.
   */
  static final Duration AGAIN = Duration.ofMinutes(1);

  /** Capacity for documents to be written. The oldest above it are left to the other instances. */
  private static final long MAX_WAITING_CHARS = 16 << 20;

  private static final int MAX_FAULTS_TOLD = 20;

  private final Producer<String, byte[]> producer;
  private final ReportTopics topics;
  private final String instance;
  private final InstanceState state;
  private final Supplier<InstanceStatus> status;
  private final ReporterMetrics metrics;
  private final HistoryQueue waiting = new HistoryQueue(MAX_WAITING_CHARS);
  private final ClientThread thread;
  private boolean isFailing;
  private volatile boolean hasBegun;
  private final Written written = new Written();

  /** Last written status. */
  private static final class Written {
    private byte @Nullable [] status;
    private long at;
  }

  /**
   * @param topics existing topics
   * @param status supplier of the status to write, from {@code state}
   */
  public Reporter(
      Producer<String, byte[]> producer,
      ReportTopics topics,
      String instance,
      InstanceState state,
      Supplier<InstanceStatus> status,
      ReporterMetrics metrics) {
    this.producer = producer;
    this.topics = topics;
    this.instance = instance;
    this.state = state;
    this.status = status;
    this.metrics = metrics;
    thread = new ClientThread("tailrace-reports", this::turn);
  }

  public void start() {
    if (topics.status().isEmpty() || topics.history().isEmpty()) {
      metrics.failed();
    }
    thread.start();
  }

  @Override
  public void seen(PublishedPolicies published) {
    if (topics.history().isPresent() && !waiting.add(published)) {
      metrics.failed();
    }
  }

  @Override
  public void accepted(String key, long version) {
    state.accepted(key, version);
  }

  @Override
  public void refused(String key, long version, List<String> faults) {
    List<String> told =
        new ArrayList<>(faults.subList(0, Math.min(MAX_FAULTS_TOLD, faults.size())));
    if (told.size() < faults.size()) {
      told.add("and " + (faults.size() - told.size()) + " more");
    }
    state.refused(key, version, told);
  }

  /** Deletes the status, as this instance leaves the fleet. */
  @Override
  public void close() {
    thread.close();
    try {
      if (topics.status().isPresent() && hasBegun) {
        send(topics.status().get(), instance, null).get(TO_CLOSE.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      LOG.atWarn().log("cannot delete the status, it remains until its retention ends: {}", why(e));
    } finally {
      producer.close(TO_CLOSE);
    }
  }

  private Duration turn() throws InterruptedException {
    return report() ? PERIOD : RETRY;
  }

  /** Writes pending content. Returns false on failure. */
  private boolean report() throws InterruptedException {
    try {
      reportStatus();
      reportHistory();
      noteFailing(false, "");
      return true;
    } catch (ExecutionException | TimeoutException | RuntimeException e) {
      if (thread.isClosed() || e instanceof org.apache.kafka.common.errors.InterruptException) {
        return false;
      }
      metrics.failed();
      noteFailing(true, why(e));
      return false;
    }
  }

  private void reportStatus() throws ExecutionException, InterruptedException, TimeoutException {
    if (topics.status().isEmpty()) {
      return;
    }
    byte[] now = JsonRecords.bytes(status.get());
    boolean isDue = System.nanoTime() - written.at >= AGAIN.toNanos();
    if (isDue || !Arrays.equals(now, written.status)) {
      hasBegun = true;
      await(send(topics.status().get(), instance, now));
      written.status = now;
      written.at = System.nanoTime();
    }
  }

  private void reportHistory() throws ExecutionException, InterruptedException, TimeoutException {
    Map<PublishedPolicies, Future<RecordMetadata>> sent = new LinkedHashMap<>();
    for (PublishedPolicies published : waiting.all()) {
      sent.put(
          published,
          send(topics.history().get(), published.historyKey(), JsonRecords.bytes(published)));
    }
    for (Map.Entry<PublishedPolicies, Future<RecordMetadata>> entry : sent.entrySet()) {
      PublishedPolicies published = entry.getKey();
      try {
        await(entry.getValue());
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof RecordTooLargeException)) {
          throw e;
        }
        metrics.failed();
        LOG.atError()
            .addKeyValue("version", published.version())
            .log("policies too large for topics.policy_history: raise its max.message.bytes");
      }
      waiting.remove(published);
    }
  }

  private Future<RecordMetadata> send(String topic, String key, byte @Nullable [] value) {
    return producer.send(new ProducerRecord<>(topic, key, value));
  }

  private static void await(Future<RecordMetadata> sent)
      throws ExecutionException, InterruptedException, TimeoutException {
    sent.get(TO_SEND.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void noteFailing(boolean failing, String why) {
    if (failing != isFailing) {
      isFailing = failing;
      if (failing) {
        LOG.atWarn().log("cannot report status and history, sampling continues: {}", why);
      } else {
        LOG.atInfo().log("reporting status and history again");
      }
    }
  }

  private static String why(Exception e) {
    return KafkaFaults.explain(e)
        .orElseGet(() -> String.valueOf(e.getCause() == null ? e : e.getCause()));
  }
}
