package io.tailrace.topology.console;

import io.tailrace.policies.PolicySet;
import io.tailrace.topology.config.Settings;
import io.tailrace.topology.config.StartException;
import io.tailrace.topology.config.TailraceConfig;
import io.tailrace.topology.fleet.BootstrapPolicies;
import io.tailrace.topology.fleet.FleetLine;
import io.tailrace.topology.fleet.HistoryLine;
import io.tailrace.topology.fleet.PolicyPlan;
import io.tailrace.topology.fleet.PolicyPublisher;
import io.tailrace.topology.fleet.PolicyTopic;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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
   * @param shadow newest version of the shadow set, without a document if it was removed; null if
   *     there was none
   * @param bootstrap document that is active while none is published
   */
  record Overview(
      String name,
      @Nullable PublishedPolicies active,
      @Nullable PublishedPolicies shadow,
      String bootstrap,
      List<HistoryLine> versions) {}

  Overview overview() {
    PolicyVersions versions = versions();
    return new Overview(
        config.get(Settings.POLICIES_NAME),
        versions.active().orElse(null),
        PolicyVersions.read(config, PolicyTopic.shadowKey(config.get(Settings.POLICIES_NAME)))
            .active()
            .orElse(null),
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
   * Publication to be confirmed.
   *
   * @param name key of the policy set that changes
   * @param before document that it replaces; null if there is none
   * @param document null if it is removed
   * @param comment usual comment; null if there is none
   */
  record Plan(
      String name,
      @Nullable String before,
      @Nullable String document,
      @Nullable String comment,
      List<String> warnings) {}

  /**
   * Returns what a request would publish.
   *
   * @throws ConsoleFault if it is refused
   */
  Plan plan(PublishRequest request) {
    PolicyPlan plan = plans(request).get(0);
    List<String> warnings = new ArrayList<>(plan.warnings(config));
    if (plan.document() != null) {
      PolicyCheck check = valid(plan.document());
      warnings.addAll(check.warnings());
      warnings.addAll(check.doubts());
    }
    String before =
        PolicyVersions.read(config, plan.key())
            .active()
            .map(PublishedPolicies::document)
            .orElse(null);
    return new Plan(plan.key(), before, plan.document(), plan.comment(), warnings);
  }

  /** Returns the publications, that of interest first. */
  private List<PolicyPlan> plans(PublishRequest request) {
    try {
      return switch (request.mode()) {
        case ACTIVE -> List.of(PolicyPlan.active(config, document(request)));
        case SHADOW -> List.of(PolicyPlan.shadow(config, document(request)));
        case TEMPORARY ->
            List.of(
                PolicyPlan.temporary(
                    config,
                    document(request),
                    Objects.requireNonNull(request.time()),
                    Instant.now()));
        case PROMOTE -> PolicyPlan.promotion(config);
        case WITHDRAW -> List.of(PolicyPlan.withdrawal(config));
        case ROLLBACK -> List.of(PolicyPlan.rollback(config, request.version()));
      };
    } catch (IllegalArgumentException e) {
      throw new ConsoleFault(422, String.valueOf(e.getMessage()));
    }
  }

  private String document(PublishRequest request) {
    valid(request.document());
    return request.document();
  }

  /**
   * Checks that instances accept a document.
   *
   * @throws ConsoleFault with the first fault
   */
  PolicyCheck valid(String document) {
    PolicyCheck check = check(document);
    if (!check.valid()) {
      throw new ConsoleFault(422, check.faults().get(0).message());
    }
    return check;
  }

  /**
   * Publishes.
   *
   * @return the version of interest
   * @throws ConsoleFault if the document is not valid, or if another author published a newer
   *     version than the request is based on
   */
  synchronized PublishedPolicies publish(PublishRequest request) {
    String name = config.get(Settings.POLICIES_NAME);
    List<PolicyPlan> plans = plans(request);
    if (plans.get(0).document() != null) {
      valid(plans.get(0).document());
    }
    if (request.mode().changesActive()) {
      ensureSeen(name, "", request.basedOn());
    }
    if (request.mode().changesShadow()) {
      ensureSeen(PolicyTopic.shadowKey(name), " of the shadow set", request.basedOnShadow());
    }
    try (PolicyPublisher publisher = new PolicyPublisher(config)) {
      return plans.stream().map(plan -> publish(publisher, plan, request.by())).toList().get(0);
    }
  }

  private void ensureSeen(String key, String which, long seen) {
    Optional<PublishedPolicies> active = PolicyVersions.read(config, key).active();
    long holds = active.map(PublishedPolicies::version).orElse(0L);
    if (holds != seen) {
      throw new ConsoleFault(
          409,
          "version %d%s%s was published meanwhile: review it and publish again"
              .formatted(
                  holds,
                  which,
                  active
                      .map(PublishedPolicies::author)
                      .map(who -> " by " + PlainText.line(who))
                      .orElse("")));
    }
  }

  private static PublishedPolicies publish(
      PolicyPublisher publisher, PolicyPlan plan, PublishRequest.Author by) {
    String comment = by.comment() == null ? plan.comment() : by.comment();
    PublishedPolicies published =
        publisher.publish(plan.key(), plan.document(), by.name(), comment);
    try {
      publisher.remember(published);
    } catch (StartException leftToTheInstances) {
      // The document is published; instances write the history too.
    }
    return published;
  }

  @Override
  public void close() {
    status.close();
  }
}
