package io.tailrace.topology.fleet;

import io.micrometer.core.instrument.MeterRegistry;
import io.tailrace.policies.PolicySet;
import io.tailrace.policies.document.Fault;
import io.tailrace.topology.config.Settings;
import io.tailrace.topology.config.StartException;
import io.tailrace.topology.config.TailraceConfig;
import io.tailrace.topology.kafka.KafkaFaults;
import io.tailrace.topology.kafka.Topics;
import io.tailrace.topology.sampling.PolicySchedule;
import io.tailrace.topology.sampling.PolicySource;
import io.tailrace.topology.sampling.PolicyVersion;
import io.tailrace.topology.sampling.ShadowVersion;
import io.tailrace.topology.sampling.WaitRules;
import io.tailrace.topology.sampling.Waits;
import io.vavr.collection.Seq;
import io.vavr.control.Validation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Follows the config topic on a thread of its own, with a consumer of its own: nothing that happens
 * to it can stop the sampling. A valid document is a new policy version; an invalid one is refused,
 * and the last good one stays.
 */
public final class PolicyTopic implements PolicySource, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PolicyTopic.class);

  private static final int MAX_FAULTS_TOLD = 20;
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration LINE_EVERY = Duration.ofMinutes(1);
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration TO_ASK = Duration.ofSeconds(10);

  private final Consumer<String, byte[]> consumer;
  private final TopicPartition partition;
  private final String name;
  private final PolicySet bootstrap;
  private final Function<PolicySet, Waits> waits;
  private final Function<Waits, List<String>> faultsOfWaits;
  private final long activationDelayMillis;
  private final InstantSource wallClock;
  private final PolicyTopicMetrics metrics;
  private final PolicyReports reports;
  private final CountDownLatch readToEnd = new CountDownLatch(1);
  private final Thread thread = new Thread(this::follow, "tailrace-policies");
  private boolean isGapless = true;
  private long nextOffset;
  private long offsetOfNumbers = 1;
  private boolean isMissing;
  private boolean isReadable = true;
  private volatile KafkaException refusal;
  private volatile PolicySchedule schedule;
  private volatile boolean closed;

  /**
   * @param name key of the policy set
   * @param bootstrap the set that judges before any document
   * @param waits the waits of a set, configured ones included
   * @param faultsOfWaits what is wrong with waits on this cluster
   * @param activationDelayMillis from a document's record time to when it judges
   * @param wallClock a document that claims to be from the future is taken as one of now
   */
  PolicyTopic(
      Consumer<String, byte[]> consumer,
      String topic,
      String name,
      PolicySet bootstrap,
      Function<PolicySet, Waits> waits,
      Function<Waits, List<String>> faultsOfWaits,
      long activationDelayMillis,
      InstantSource wallClock,
      PolicyTopicMetrics metrics,
      PolicyReports reports) {
    this.consumer = consumer;
    this.partition = new TopicPartition(topic, 0);
    this.name = name;
    this.bootstrap = bootstrap;
    this.waits = waits;
    this.faultsOfWaits = faultsOfWaits;
    this.activationDelayMillis = activationDelayMillis;
    this.wallClock = wallClock;
    this.metrics = metrics;
    this.reports = reports;
    this.schedule =
        new PolicySchedule(new PolicyVersion(0, Long.MIN_VALUE, bootstrap, waits.apply(bootstrap)));
  }

  /**
   * The follower of a fleet's config topic, not started.
   *
   * @param consumer properties of the one that follows
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
    return new PolicyTopic(
        new KafkaConsumer<>(consumer),
        config.topics().policies(),
        config.get(Settings.POLICIES_NAME),
        bootstrap,
        rules::of,
        rules::faults,
        config.get(Settings.POLICIES_ACTIVATION_DELAY).toMillis(),
        InstantSource.system(),
        new PolicyTopicMetrics(registry),
        reports);
  }

  /** Key of the set that votes beside the one of this name and changes nothing. */
  public static String shadowKey(String name) {
    return name + ".shadow";
  }

  /**
   * Reads what is on the topic now, however long its broker is away, then goes on following it in
   * the background.
   */
  public void start() {
    thread.setDaemon(true);
    thread.start();
    try {
      while (!readToEnd.await(LINE_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.atWarn().addKeyValue("partition", partition).log("waiting for the policies");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("interrupted while reading " + partition, e);
    }
    if (refusal != null) {
      throw KafkaFaults.atStart(refusal);
    }
  }

  @Override
  public PolicySchedule schedule() {
    return schedule;
  }

  @Override
  public void close() {
    closed = true;
    consumer.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void follow() {
    try (consumer) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      while (!closed) {
        try {
          if (isMissing) {
            pause(); // instead of a poll, which asks and complains hundreds of times a second
          } else {
            noteEnd();
            consumer.poll(POLL).forEach(this::take);
          }
          noteWhetherThere();
        } catch (WakeupException e) {
          if (!closed) {
            throw e;
          }
        } catch (KafkaException e) {
          if (readToEnd.getCount() > 0 && KafkaFaults.isRefusal(e)) {
            refusal = e;
            return;
          }
          noteReadable(false, KafkaFaults.levelOf(e), KafkaFaults.explain(e).orElse(e.toString()));
          pause();
        }
      }
    } finally {
      readToEnd.countDown();
    }
  }

  /** A poll of a topic that is gone brings nothing, and no error. One that came back is another. */
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
            .log("cannot read the policies, the last good ones stay: {}", why);
      }
    }
  }

  private void noteEnd() {
    if (readToEnd.getCount() > 0) {
      Map<TopicPartition, Long> ends = consumer.endOffsets(List.of(partition));
      if (consumer.position(partition) >= ends.get(partition)) {
        readToEnd.countDown();
      }
    }
  }

  private void take(ConsumerRecord<String, byte[]> record) {
    if (record.offset() < nextOffset) { // another topic of the same name: numbers never go back
      PolicyVersion latest = schedule.latest();
      offsetOfNumbers = Math.max(latest.number(), latest.shadow()) + 1;
    }
    isGapless &= record.offset() == nextOffset;
    nextOffset = record.offset() + 1;
    long number = record.offset() + offsetOfNumbers;
    if (name.equals(record.key())) {
      reports.seen(PublishedPolicies.of(record, number));
      takeOurs(record, number);
    } else if (shadowKey(name).equals(record.key())) {
      reports.seen(PublishedPolicies.of(record, number));
      takeShadow(record, number);
    } else {
      LOG.atDebug().addKeyValue("key", record.key()).log("not our policy set");
    }
  }

  private void takeOurs(ConsumerRecord<String, byte[]> record, long number) {
    Validation<List<String>, PolicySet> read = read(record.value());
    if (read.isInvalid()) {
      metrics.refused();
      reports.refused(name, number, read.getError());
      LOG.atError()
          .addKeyValue("version", number)
          .addKeyValue("stays", schedule.latest().number())
          .log("refused policies: {}", shortened(read.getError()));
      return;
    }
    PolicySet set = read.get();
    set.warnings().forEach(warning -> LOG.atWarn().addKeyValue("version", number).log(warning));
    boolean firstKnown = schedule.latest().number() == 0 && !isGapless;
    // Compaction has removed what came before the first we know: it judges the time before, too.
    long activeFrom = firstKnown && readToEnd.getCount() > 0 ? Long.MIN_VALUE : activeFrom(record);
    schedule = schedule.with(new PolicyVersion(number, activeFrom, set, waits.apply(set)));
    metrics.accepted(number);
    reports.accepted(name, number);
    LOG.atInfo()
        .addKeyValue("version", number)
        .addKeyValue("policies", set.policyNames())
        .addKeyValue("activeFrom", activeFrom)
        .log(record.value() == null ? "policies deleted, bootstrap set judges" : "new policies");
  }

  private void takeShadow(ConsumerRecord<String, byte[]> record, long number) {
    Validation<List<String>, PolicySet> read =
        record.value() == null ? Validation.valid(null) : read(record.value());
    if (read.isInvalid()) {
      metrics.shadowRefused();
      reports.refused(shadowKey(name), number, read.getError());
      LOG.atError()
          .addKeyValue("version", number)
          .addKeyValue("stays", schedule.latest().shadow())
          .log("refused shadow policies: {}", shortened(read.getError()));
      return;
    }
    PolicySet set = read.get();
    schedule = schedule.with(new ShadowVersion(number, activeFrom(record), set));
    metrics.shadowAccepted(set == null ? 0 : number);
    reports.accepted(shadowKey(name), number);
    LOG.atInfo()
        .addKeyValue("version", number)
        .addKeyValue("policies", set == null ? List.of() : set.policyNames())
        .log(set == null ? "no shadow policies any more" : "new shadow policies");
  }

  private long activeFrom(ConsumerRecord<String, byte[]> record) {
    return Math.min(record.timestamp(), wallClock.millis()) + activationDelayMillis;
  }

  private static String shortened(List<String> faults) {
    String told = faults.stream().limit(MAX_FAULTS_TOLD).collect(Collectors.joining("; "));
    int more = faults.size() - MAX_FAULTS_TOLD;
    return more <= 0 ? told : told + "; and " + more + " more";
  }

  private Validation<List<String>, PolicySet> read(byte[] document) {
    if (document == null) {
      return Validation.valid(bootstrap);
    }
    Validation<Seq<Fault>, PolicySet> parsed;
    try {
      parsed = PolicySet.parse(new String(document, StandardCharsets.UTF_8));
    } catch (RuntimeException e) { // no document may end the following of those after it
      LOG.atError().setCause(e).log("a fault in the reading of policies, not in theirs");
      return Validation.invalid(List.of("document: cannot be read: " + e));
    }
    if (parsed.isInvalid()) {
      return Validation.invalid(parsed.getError().map(Fault::message).asJava());
    }
    List<String> faults = faultsOfWaits.apply(waits.apply(parsed.get()));
    return faults.isEmpty() ? Validation.valid(parsed.get()) : Validation.invalid(faults);
  }

  private void pause() {
    try {
      Thread.sleep(RETRY.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
