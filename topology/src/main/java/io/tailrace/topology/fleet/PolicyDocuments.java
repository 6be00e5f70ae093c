package io.tailrace.topology.fleet;

import io.tailrace.policies.PolicySet;
import io.tailrace.policies.document.Fault;
import io.tailrace.topology.sampling.PolicySchedule;
import io.tailrace.topology.sampling.PolicyVersion;
import io.tailrace.topology.sampling.ShadowVersion;
import io.tailrace.topology.sampling.WaitRules;
import io.vavr.collection.Seq;
import io.vavr.control.Validation;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Converts the documents on the config topic to policy versions. A valid document is a new version.
 * An invalid document is refused, and the last valid one remains in force. Written by one thread;
 * any thread may read the schedule.
 */
final class PolicyDocuments {
  private static final Logger LOG = LoggerFactory.getLogger(PolicyDocuments.class);

  private static final int MAX_FAULTS_TOLD = 20;

  private final String name;
  private final PolicySet bootstrap;
  private final WaitRules rules;
  private final long activationDelayMillis;
  private final InstantSource wallClock;
  private final PolicyTopicMetrics metrics;
  private final PolicyReports reports;
  private boolean isGapless = true;
  private long nextOffset;
  private long offsetOfNumbers = 1;
  private volatile PolicySchedule schedule;

  /**
   * @param name key of the policy set
   * @param bootstrap set that applies before any document
   * @param rules waits of a set, configured ones included, and their validation
   * @param activationDelayMillis time from the record time of a document to its activation
   * @param wallClock upper bound of record times: a later record time is replaced by it
   */
  PolicyDocuments(
      String name,
      PolicySet bootstrap,
      WaitRules rules,
      long activationDelayMillis,
      InstantSource wallClock,
      PolicyTopicMetrics metrics,
      PolicyReports reports) {
    this.name = name;
    this.bootstrap = bootstrap;
    this.rules = rules;
    this.activationDelayMillis = activationDelayMillis;
    this.wallClock = wallClock;
    this.metrics = metrics;
    this.reports = reports;
    this.schedule =
        new PolicySchedule(new PolicyVersion(0, Long.MIN_VALUE, bootstrap, rules.of(bootstrap)));
  }

  /** Returns the schedule of the known versions. */
  PolicySchedule schedule() {
    return schedule;
  }

  /**
   * Processes the next record.
   *
   * @param isRead whether all records present at the start have been read
   */
  void take(ConsumerRecord<String, byte[]> record, boolean isRead) {
    if (record.offset() < nextOffset) { // recreated topic: version numbers never decrease
      PolicyVersion latest = schedule.latest();
      offsetOfNumbers = Math.max(latest.number(), latest.shadow()) + 1;
    }
    isGapless &= record.offset() == nextOffset;
    nextOffset = record.offset() + 1;
    long number = record.offset() + offsetOfNumbers;
    if (name.equals(record.key())) {
      reports.seen(PublishedPolicies.of(record, number));
      takeOurs(record, number, isRead);
    } else if (PolicyTopic.shadowKey(name).equals(record.key())) {
      reports.seen(PublishedPolicies.of(record, number));
      takeShadow(record, number);
    } else {
      LOG.atDebug().addKeyValue("key", record.key()).log("ignored document of another policy set");
    }
  }

  private void takeOurs(ConsumerRecord<String, byte[]> record, long number, boolean isRead) {
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
    // Compaction has removed earlier versions: the first known one also applies before its time.
    long activeFrom = firstKnown && !isRead ? Long.MIN_VALUE : activeFrom(record);
    schedule = schedule.with(new PolicyVersion(number, activeFrom, set, rules.of(set)));
    metrics.accepted(number);
    reports.accepted(name, number);
    LOG.atInfo()
        .addKeyValue("version", number)
        .addKeyValue("policies", set.policyNames())
        .addKeyValue("activeFrom", activeFrom)
        .log(record.value() == null ? "policies deleted, bootstrap set applies" : "new policies");
  }

  private void takeShadow(ConsumerRecord<String, byte[]> record, long number) {
    Validation<List<String>, PolicySet> read =
        record.value() == null ? Validation.valid(null) : read(record.value());
    if (read.isInvalid()) {
      metrics.shadowRefused();
      reports.refused(PolicyTopic.shadowKey(name), number, read.getError());
      LOG.atError()
          .addKeyValue("version", number)
          .addKeyValue("stays", schedule.latest().shadow())
          .log("refused shadow policies: {}", shortened(read.getError()));
      return;
    }
    PolicySet set = read.get();
    schedule = schedule.with(new ShadowVersion(number, activeFrom(record), set));
    metrics.shadowAccepted(set == null ? 0 : number);
    reports.accepted(PolicyTopic.shadowKey(name), number);
    LOG.atInfo()
        .addKeyValue("version", number)
        .addKeyValue("policies", set == null ? List.of() : set.policyNames())
        .log(set == null ? "shadow policies deleted" : "new shadow policies");
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
    } catch (RuntimeException e) { // a document must not stop the reading of later ones
      LOG.atError().setCause(e).log("internal error while reading policies");
      return Validation.invalid(List.of("document: cannot be read: " + e));
    }
    if (parsed.isInvalid()) {
      return Validation.invalid(parsed.getError().map(Fault::message).asJava());
    }
    List<String> faults = rules.faults(rules.of(parsed.get()));
    return faults.isEmpty() ? Validation.valid(parsed.get()) : Validation.invalid(faults);
  }
}
