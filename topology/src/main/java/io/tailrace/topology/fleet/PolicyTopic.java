package io.tailrace.topology.fleet;

import io.micrometer.core.instrument.MeterRegistry;
import io.tailrace.policies.PolicySet;
import io.tailrace.topology.config.Settings;
import io.tailrace.topology.config.StartException;
import io.tailrace.topology.config.TailraceConfig;
import io.tailrace.topology.kafka.ClientThread;
import io.tailrace.topology.kafka.KafkaFaults;
import io.tailrace.topology.kafka.Topics;
import io.tailrace.topology.sampling.PolicySchedule;
import io.tailrace.topology.sampling.PolicySource;
import io.tailrace.topology.sampling.WaitRules;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Follows the config topic on its own thread with its own consumer, so that its failures cannot
 * stop sampling. A valid document is a new policy version. An invalid document is refused, and the
 * last valid one remains in force.
 */
public final class PolicyTopic implements PolicySource, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PolicyTopic.class);

  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration LINE_EVERY = Duration.ofMinutes(1);
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration TO_ASK = Duration.ofSeconds(10);

  private final Consumer<String, byte[]> consumer;
  private final TopicPartition partition;
  private final PolicyDocuments documents;
  private final PolicyTopicMetrics metrics;
  private final CountDownLatch readToEnd = new CountDownLatch(1);
  private final ClientThread thread;
  private boolean isMissing;
  private boolean isReadable = true;
  private volatile @Nullable KafkaException refusal;

  PolicyTopic(
      Consumer<String, byte[]> consumer,
      String topic,
      PolicyDocuments documents,
      PolicyTopicMetrics metrics) {
    this.consumer = consumer;
    this.partition = new TopicPartition(topic, 0);
    this.documents = documents;
    this.metrics = metrics;
    thread = new ClientThread("tailrace-policies", this::turn, consumer::wakeup, this::end);
  }

  /**
   * Creates the follower of a fleet's config topic, not started.
   *
   * @param consumer properties of its consumer
   */
  public static PolicyTopic of(
      TailraceConfig config,
      Map<String, Object> consumer,
      Topics.Source source,
      MeterRegistry registry,
      PolicyReports reports) {
    PolicySet bootstrap = BootstrapPolicies.load(config.get(Settings.POLICIES_BOOTSTRAP));
    WaitRules rules = ConfiguredWaits.rules(config, source);
    List<String> faults = rules.faults(rules.of(bootstrap));
    if (!faults.isEmpty()) {
      throw new StartException(String.join(System.lineSeparator(), faults));
    }
    PolicyTopicMetrics metrics = new PolicyTopicMetrics(registry);
    return new PolicyTopic(
        new KafkaConsumer<>(consumer),
        config.topics().policies(),
        new PolicyDocuments(
            config.get(Settings.POLICIES_NAME),
            bootstrap,
            rules,
            config.get(Settings.POLICIES_ACTIVATION_DELAY).toMillis(),
            InstantSource.system(),
            metrics,
            reports),
        metrics);
  }

  /** Key of the shadow set beside the set with this name. */
  public static String shadowKey(String name) {
    return name + ".shadow";
  }

  /**
   * Reads the current content of the topic and waits for its broker without limit, then follows the
   * topic in the background.
   */
  public void start() {
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
    thread.start();
    try {
      while (!readToEnd.await(LINE_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.atWarn().addKeyValue("partition", partition).log("waiting for the policies");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("interrupted while reading " + partition, e);
    }
    KafkaException atStart = refusal;
    if (atStart != null) {
      throw KafkaFaults.atStart(atStart);
    }
  }

  @Override
  public PolicySchedule schedule() {
    return documents.schedule();
  }

  @Override
  public void close() {
    thread.close();
  }

  private @Nullable Duration turn() {
    try {
      follow();
      return isMissing ? RETRY : Duration.ZERO; // a poll would retry and log all the time
    } catch (WakeupException | InterruptException e) {
      throw e; // closed
    } catch (KafkaException e) {
      if (readToEnd.getCount() > 0 && KafkaFaults.isRefusal(e)) {
        refusal = e;
        return null;
      }
      noteReadable(false, KafkaFaults.levelOf(e), KafkaFaults.explain(e).orElse(e.toString()));
      return RETRY;
    }
  }

  private void follow() {
    if (!isMissing) {
      noteEnd();
      consumer.poll(POLL).forEach(record -> documents.take(record, readToEnd.getCount() == 0));
    }
    noteWhetherThere();
  }

  private void end() {
    try (consumer) {
      readToEnd.countDown();
    }
  }

  /**
   * Checks whether the topic exists, as a poll of a deleted topic returns no records and no error.
   * A recreated topic is a different one.
   */
  private void noteWhetherThere() {
    boolean there = !consumer.partitionsFor(partition.topic(), TO_ASK).isEmpty();
    if (there && isMissing) {
      consumer.seekToBeginning(List.of(partition));
    }
    isMissing = !there;
    noteReadable(
        there,
        Level.ERROR,
        "missing (expected: it exists; create it anew with cleanup.policy=compact)");
  }

  private void noteReadable(boolean readable, Level level, String why) {
    metrics.readable(readable);
    if (readable != isReadable) {
      isReadable = readable;
      if (readable) {
        LOG.atInfo().addKeyValue("topic", partition.topic()).log("reading the policies again");
      } else {
        LOG.atLevel(level)
            .addKeyValue("topic", partition.topic())
            .log("cannot read the policies, the last valid ones remain in force: {}", why);
      }
    }
  }

  private void noteEnd() {
    if (readToEnd.getCount() > 0) {
      Long end = consumer.endOffsets(List.of(partition)).get(partition);
      if (end != null && consumer.position(partition) >= end) {
        readToEnd.countDown();
      }
    }
  }
}
