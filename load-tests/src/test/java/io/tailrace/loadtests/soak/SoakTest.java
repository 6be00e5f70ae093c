package io.tailrace.loadtests.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.tailrace.loadtests.DriverOptions;
import io.tailrace.loadtests.EngineProcess;
import io.tailrace.loadtests.SpanDriver;
import io.tailrace.loadtests.oracle.Oracle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Two instances for an hour, under traffic that waxes and wanes, with policies that change, keep
 * requests, late spans, scrapes and an open console: no size of theirs grows, and every trace is
 * what the oracle says. {@code mvn verify -Psoak}; {@code -Dsoak.minutes} and {@code -Dsoak.keyed}
 * choose another run. Leaves a plot and a CSV file in target/soak.
 */
@Tag("soak")
class SoakTest {
  private static final Logger LOG = LoggerFactory.getLogger(SoakTest.class);
  private static final Duration TOTAL = Duration.ofMinutes(Long.getLong("soak.minutes", 60));
  private static final boolean KEYED = Boolean.getBoolean("soak.keyed");
  private static final Path RESULTS = Path.of("target", "soak");
  private static final long SEED = Long.getLong("soak.seed", 20261129);

  private static final double SPANS_PER_TRACE = 4.6;
  private static final double LEAST_SPANS = 500;
  private static final double MOST_SPANS = 4_500;
  private static final double LATE_SHARE = 0.03;
  private static final double POISON_SHARE = 0.0005;
  private static final int CUSTOMER_SECONDS = 10; // then come others
  private static final int CUSTOMERS_AT_A_TIME = 5;
  private static final Duration MOST_BEHIND = Duration.ofSeconds(20);
  private static final double SCRAPED_EVERY = 5;
  private static final double JUDGED_EVERY = 5;
  private static final double KEPT_EVERY = 20;
  private static final double EXPLAINED_EVERY = 15;
  private static final long ACTIVATION_DELAY_MILLIS = 500;
  private static final long POLICY_SLACK_MILLIS = 2_000;
  private static final double MIB = 1 << 20;

  private final SoakPlan plan = SoakPlan.of(TOTAL, SoakPolicies.steps());

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path directory;

  private int step;
  private int customers;

  @Test
  void nothingGrows_andEveryTraceIsRight() throws Exception {
    assumeTrue(Proc.isAvailable(), "needs /proc of Linux: memory, threads and file handles");
    Files.createDirectories(RESULTS);
    LOG.info("{}, keyed: {}, seed {}", plan, KEYED, SEED);
    try (Recording recording = new Recording(RESULTS.resolve("samples.csv"));
        SoakFleet fleet = new SoakFleet(directory, KEYED, plan.topicRetention())) {
      List<Growth> growths = new ArrayList<>();
      try {
        run(fleet, recording);
      } finally {
        recording.series().forEach(series -> growths.add(Growth.of(series, plan)));
        growths.forEach(growth -> LOG.info("{}", growth));
        Files.writeString(RESULTS.resolve("soak.svg"), SoakPlot.of(growths, plan));
      }
      assertThat(growths)
          .as("each figure of each instance, and the broker's disk")
          .hasSize(2 * (Figure.values().length - 1) + 1);
      assertThat(growths).as("see %s", RESULTS).allMatch(Growth::isAllowed);
    }
  }

  private void run(SoakFleet fleet, Recording recording) throws Exception {
    List<EngineProcess> instances = fleet.instances();
    List<InstanceSampler> samplers = new ArrayList<>();
    for (int i = 0; i < instances.size(); i++) {
      samplers.add(new InstanceSampler(instances.get(i), fleet.stateDir(i)));
    }
    Tasks tasks = new Tasks();
    SpanDriver driver = driver(fleet, tasks);
    try (tasks;
        ExportCheck check = check(fleet, driver)) {
      driver.start();
      SoakPolicies policies = new SoakPolicies(fleet.bootstrapServers());
      tasks.every(plan.step(), () -> policies.publish(step++));
      tasks.every(plan.sample(), plan.sample(), () -> sample(tasks, recording, fleet, samplers));
      tasks.every(plan.step(), plan.step() / 2, () -> collect(tasks, recording, samplers));
      tasks.every(JUDGED_EVERY, check::round);
      tasks.once(plan.warmUp(), () -> keepPages(samplers, "begin"));
      tasks.every(60, () -> LOG.info("after {} s: {}", Math.round(tasks.seconds()), check));
      for (EngineProcess instance : instances) {
        AdminClient admin = new AdminClient(instance.adminPort());
        tasks.every(SCRAPED_EVERY, admin::metrics);
        new OpenConsole(instance).start(tasks);
        tasks.every(KEPT_EVERY, KEPT_EVERY, () -> keep(admin, check));
        tasks.every(EXPLAINED_EVERY, KEPT_EVERY, () -> explain(admin, check));
      }
      tasks.awaitTime(plan.end());
      tasks.close();
      keepPages(samplers, "end");
      driver.close();
      check.finish();
      LOG.info("at the end: {}", check);
      check.assertDeadLetters();
      assertHappened(check, samplers);
    } finally {
      driver.abandon(); // it waits for a broker that is gone
    }
    fleet.stop();
  }

  private SpanDriver driver(SoakFleet fleet, Tasks tasks) {
    DriverOptions options =
        DriverOptions.of(KEYED, SoakFleet.PARTITIONS, SoakFleet.DECISION_WAIT.toMillis())
            .shares(LATE_SHARE, POISON_SHARE);
    Tide tide =
        new Tide(
            LEAST_SPANS / SPANS_PER_TRACE,
            MOST_SPANS / SPANS_PER_TRACE,
            plan.cycle(),
            tasks::seconds);
    return new SpanDriver(fleet.bootstrapServers(), fleet.topics().ingest(), options, SEED)
        .varied(tide, () -> customer(tasks.seconds()), MOST_BEHIND);
  }

  /** New customers all the time: what learns about them must forget the former. */
  private int customer(double seconds) {
    int generation = (int) (seconds / CUSTOMER_SECONDS);
    return generation * CUSTOMERS_AT_A_TIME + customers++ % CUSTOMERS_AT_A_TIME;
  }

  private static ExportCheck check(SoakFleet fleet, SpanDriver driver) {
    Oracle.Rules rules =
        new Oracle.Rules(
            KEYED,
            SoakFleet.DECISION_WAIT.toMillis(),
            ACTIVATION_DELAY_MILLIS,
            POLICY_SLACK_MILLIS,
            true);
    Oracle oracle =
        new Oracle(
            rules,
            SoakPolicies.BOOTSTRAP,
            List.of(),
            driver.heldBack(),
            Long.MAX_VALUE); // no record is from the future
    return new ExportCheck(fleet.bootstrapServers(), fleet.topics(), oracle);
  }

  private void sample(
      Tasks tasks, Recording recording, SoakFleet fleet, List<InstanceSampler> samplers)
      throws IOException, InterruptedException {
    for (int i = 0; i < samplers.size(); i++) {
      double seconds = tasks.seconds();
      Map<Figure, Double> values = samplers.get(i).sample();
      recording.add(seconds, name(i), values);
      assertThat(values.get(Figure.LAG))
          .as("lag of %s: topics keep records for %s", name(i), plan.topicRetention())
          .isLessThan(plan.topicRetention().toSeconds() / 2.0);
    }
    recording.add(
        tasks.seconds(), "broker", Map.of(Figure.BROKER_DISK, Proc.bytesIn(fleet.log()) / MIB));
  }

  private static void collect(Tasks tasks, Recording recording, List<InstanceSampler> samplers)
      throws IOException, InterruptedException {
    for (int i = 0; i < samplers.size(); i++) {
      double seconds = tasks.seconds();
      recording.add(seconds, name(i), Map.of(Figure.HEAP, samplers.get(i).heapAfterCollection()));
    }
  }

  /** For a diff, if their number grows. */
  private static void keepPages(List<InstanceSampler> samplers, String when)
      throws IOException, InterruptedException {
    for (int i = 0; i < samplers.size(); i++) {
      Files.writeString(
          RESULTS.resolve("metrics-%d-%s.txt".formatted(i + 1, when)), samplers.get(i).page());
    }
  }

  private static String name(int instance) {
    return "instance " + (instance + 1);
  }

  /** Asks for a trace that was dropped. From then on, the check requires it. */
  private static void keep(AdminClient admin, ExportCheck check)
      throws IOException, InterruptedException {
    Optional<String> asked = check.askForDropped();
    if (asked.isPresent()) {
      JsonNode told =
          admin.post(
              "traces/" + asked.get() + "/keep", "{\"author\": \"soak\", \"comment\": \"\"}");
      assertThat(told.at("/is_kept").asBoolean()).as("%s", told).isTrue();
    }
  }

  private static void explain(AdminClient admin, ExportCheck check)
      throws IOException, InterruptedException {
    Optional<String> dropped = check.dropped();
    if (dropped.isPresent()) {
      JsonNode told = admin.api("traces/" + dropped.get());
      assertThat(told.at("/answer/state").asText()).as("%s", told).isEqualTo("decided");
    }
  }

  /** A run in which the half of it did not happen shows nothing. */
  private void assertHappened(ExportCheck check, List<InstanceSampler> samplers) {
    double traces = plan.end() * (LEAST_SPANS + MOST_SPANS) / 2 / SPANS_PER_TRACE;
    assertThat(check.judged()).as("traces").isGreaterThan((long) (0.9 * traces));
    assertThat(check.kept()).as("traces kept").isBetween(check.judged() / 10, check.judged());
    assertThat(check.open()).as("traces that the log leaves open").isLessThan(check.judged() / 2);
    assertThat(check.turned()).as("verdicts turned by late spans").isPositive();
    assertThat(check.keptOnRequest()).as("keep requests").isGreaterThan((long) (plan.end() / 60));
    for (InstanceSampler sampler : samplers) {
      Scrape scrape = sampler.lastScrape();
      assertThat(scrape.sum("tailrace_policy_documents_total", "accepted"))
          .as("documents")
          .isGreaterThanOrEqualTo(plan.cycles() * plan.steps());
      assertThat(scrape.sum("tailrace_policy_documents_total", "refused"))
          .isGreaterThanOrEqualTo(plan.cycles());
      assertThat(scrape.sum("tailrace_shadow_documents_total", "accepted"))
          .isGreaterThanOrEqualTo(plan.cycles());
      assertThat(scrape.sum("tailrace_slots_closed_total")).as("slots of budgets").isPositive();
      assertThat(scrape.sum("tailrace_spans_late_total", "kept")).isPositive();
      assertThat(scrape.sum("tailrace_spans_received_total")).as("its share").isPositive();
    }
  }
}
