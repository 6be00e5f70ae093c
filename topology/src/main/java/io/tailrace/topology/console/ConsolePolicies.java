package io.tailrace.topology.console;

import io.tailrace.policies.PolicySet;
import io.tailrace.topology.config.Settings;
import io.tailrace.topology.config.StartException;
import io.tailrace.topology.config.TailraceConfig;
import io.tailrace.topology.fleet.BootstrapPolicies;
import io.tailrace.topology.fleet.FleetLine;
import io.tailrace.topology.fleet.HistoryLine;
import io.tailrace.topology.fleet.PolicyPublisher;
import io.tailrace.topology.fleet.PolicyVersions;
import io.tailrace.topology.fleet.PublishedPolicies;
import io.tailrace.topology.sampling.WaitRules;
import io.tailrace.topology.simulate.FleetView;
import io.tailrace.topology.simulate.SimulatedPolicies;
import io.tailrace.topology.simulate.SimulationReport;
import io.tailrace.topology.simulate.TopicSimulation;
import io.tailrace.topology.text.PlainText;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Policy functions of the console, shared with the commands. Thread-safe. */
public final class ConsolePolicies implements AutoCloseable {
  private static final int VERSIONS_SHOWN = 50;
  private static final Duration LONGEST_STRETCH = Duration.ofHours(1);
  private static final long MAX_BYTES_PER_SECOND = 16 << 20;

  private final TailraceConfig config;
  private final WaitRules rules;
  private final ConsoleStatus status;

  /**
   * @param rules rules by which instances refuse decision waits
   * @param status closed with this
   */
  public ConsolePolicies(TailraceConfig config, WaitRules rules, ConsoleStatus status) {
    this.config = config;
    this.status = status;
    this.rules = rules;
  }

  /**
   * The policies.
   *
   * @param active active version; null if none is published
   * @param bootstrap document that is active while none is published
   */
  record Overview(
      String name,
      @Nullable PublishedPolicies active,
      String bootstrap,
      List<HistoryLine> versions) {}

  Overview overview() {
    PolicyVersions versions = versions();
    return new Overview(
        config.get(Settings.POLICIES_NAME),
        versions.active().orElse(null),
        BootstrapPolicies.text(config.get(Settings.POLICIES_BOOTSTRAP)),
        HistoryLine.of(versions, VERSIONS_SHOWN));
  }

  PublishedPolicies version(long number) {
    return versions().numbered(number);
  }

  private PolicyVersions versions() {
    return PolicyVersions.read(config, config.get(Settings.POLICIES_NAME));
  }

  PolicyCheck check(String document) {
    return PolicyCheck.of(document, rules);
  }

  /** Returns the statuses of all instances, including those without an admin port. */
  List<FleetLine> status() {
    return status.lines();
  }

  /** Closes clients that were not used recently. Must be called periodically. */
  void tidy() {
    status.tidy();
  }

  /**
   * Simulates a document on recent traffic and compares it with the active one.
   *
   * @throws ConsoleFault if there is no result
   */
  SimulationReport simulate(String document, Duration since, PrintWriter progress)
      throws IOException {
    FleetView fleet = FleetView.of(config);
    SimulatedPolicies set =
        SimulatedPolicies.of("this document", PolicySet.parse(document).get(), fleet);
    Instant now = Instant.now();
    try (TopicSimulation simulation =
        new TopicSimulation(
            fleet,
            fleet.log(MAX_BYTES_PER_SECOND),
            set,
            SimulatedPolicies.current(fleet),
            OutputStream.nullOutputStream(),
            progress)) {
      return simulation
          .run(now.minus(since), now, now.toEpochMilli())
          .orElseThrow(
              () -> new ConsoleFault(422, "no trace that began in this interval is decided yet"));
    }
  }

  /** Checks the interval of a simulation. */
  static Duration bounded(Duration since) {
    if (since.isZero() || since.isNegative() || since.compareTo(LONGEST_STRETCH) > 0) {
      throw new ConsoleFault(400, "since: " + since.toSeconds() + "s (expected: at most 1h)");
    }
    return since;
  }

  /**
   * Publishes a valid document.
   *
   * @param basedOn version that the author edited; null for none
   */
  synchronized PublishedPolicies publish(
      String document, String author, @Nullable String comment, @Nullable Long basedOn) {
    String name = config.get(Settings.POLICIES_NAME);
    Optional<PublishedPolicies> active = versions().active();
    long holds = active.map(PublishedPolicies::version).orElse(0L);
    if (holds != (basedOn == null ? 0 : basedOn)) {
      throw new ConsoleFault(
          409,
          "version %d%s was published meanwhile: review it and publish again"
              .formatted(
                  holds,
                  active
                      .map(PublishedPolicies::author)
                      .map(who -> " by " + PlainText.line(who))
                      .orElse("")));
    }
    try (PolicyPublisher publisher = new PolicyPublisher(config)) {
      PublishedPolicies published = publisher.publish(name, document, author, comment);
      try {
        publisher.remember(published);
      } catch (StartException leftToTheInstances) {
        // The document is published; instances write the history too.
      }
      return published;
    }
  }

  @Override
  public void close() {
    status.close();
  }
}
