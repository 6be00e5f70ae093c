package io.tailrace.loadtests.bench.compare;

import io.tailrace.loadtests.Directories;
import io.tailrace.loadtests.bench.compare.Contenders.Side;
import io.tailrace.loadtests.bench.compare.Contenders.Work;
import io.tailrace.loadtests.bench.flow.Circumstances;
import io.tailrace.loadtests.bench.flow.Cluster;
import io.tailrace.loadtests.bench.flow.Figures;
import io.tailrace.loadtests.bench.flow.FilledTopic;
import io.tailrace.loadtests.bench.flow.FleetOptions;
import io.tailrace.loadtests.bench.flow.Scenario;
import io.tailrace.loadtests.bench.flow.Throughput;
import io.tailrace.loadtests.bench.flow.ThroughputOptions;
import io.tailrace.loadtests.bench.flow.ThroughputPlan;
import io.tailrace.loadtests.bench.flow.TraceTemplates;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lets Tailrace and a Collector read the same topics in turns, and prints both. */
public final class Comparison {
  private static final long SEED = 1;

  /** First guess of what the Collector reads; a calibration follows. */
  private static final double GUESSED_SPANS_PER_SECOND = 60_000;

  private static final Duration DELAY_WAIT = Duration.ofSeconds(10);

  private final ThroughputOptions options;
  private final ComparisonOptions own;
  private final PrintWriter out;
  private final ComparisonReport report = new ComparisonReport();

  public Comparison(ThroughputOptions options, ComparisonOptions own, PrintWriter out) {
    this.options = options;
    this.own = own;
    this.out = out;
  }

  /**
   * Runs the comparison.
   *
   * @throws IllegalArgumentException if the binary or an option does not fit
   */
  public void run() throws IOException, InterruptedException {
    own.check();
    if (options.fleet.instances != 1) {
      throw new IllegalArgumentException(
          "--instances: %d (expected: 1 with --collector)".formatted(options.fleet.instances));
    }
    List<Scenario> scenarios = own.scenarios(options.scenarios);
    Path directory = Files.createTempDirectory("tailrace-bench-");
    try {
      CollectorBinary binary =
          CollectorBinary.check(own.collector, CollectorBinary.SAMPLER, directory);
      String prefix = "bench-" + Long.toString(System.currentTimeMillis(), 36);
      try (Cluster cluster = Throughput.cluster(options.fleet, directory)) {
        try {
          run(
              cluster,
              prefix,
              scenarios,
              new Contenders(cluster, options.fleet, binary, directory));
        } finally {
          cluster.deleteAll(prefix);
        }
      }
    } finally {
      Directories.delete(directory);
    }
  }

  private void run(Cluster cluster, String prefix, List<Scenario> scenarios, Contenders contenders)
      throws IOException, InterruptedException {
    FleetOptions fleet = options.fleet;
    fleet.policies(CollectorConfig.POLICIES);
    TraceTemplates templates = new TraceTemplates(fleet.shape, SEED);
    ThroughputPlan plan = options.plan(templates.spansPerTrace());
    Map<Boolean, FilledTopic> topics = new LinkedHashMap<>();
    for (Scenario scenario : scenarios) {
      KeptTraces kept = new KeptTraces(templates);
      FilledTopic topic =
          FilledTopic.fill(
              cluster,
              prefix + "-in-" + scenario.title(),
              fleet.partitions(),
              templates,
              scenario.keyedInput(),
              plan.topicSpans(),
              plan.tracesPerSecond(),
              kept);
      topics.put(scenario.keyedInput(), topic);
      say("filled " + topic.text());
      new Turns(cluster, contenders, plan, prefix).of(scenario, topic, kept);
      if (own.delaySeconds > 0) {
        delays(cluster, contenders, templates, scenario, prefix);
      }
      cluster.deleteAll(topic.name());
    }
    report.print(out);
    Map<String, String> circumstances = new LinkedHashMap<>();
    circumstances.put("Collector", contenders.collector().text());
    circumstances.putAll(Circumstances.of(fleet, plan, topics));
    out.println();
    circumstances.forEach((name, value) -> out.println(name + ": " + value));
    out.flush();
    if (own.markdown != null) {
      report.writeMarkdown(own.markdown, circumstances);
    }
    if (fleet.json != null) {
      circumstances.put("Collector's last configuration", contenders.lastConfiguration());
      report.write(fleet.json, circumstances);
    }
  }

  /** The turns at full speed. */
  private final class Turns {
    private final Cluster cluster;
    private final ThroughputPlan plan;
    private final String prefix;
    private final ComparedTurn turn;

    Turns(Cluster cluster, Contenders contenders, ThroughputPlan plan, String prefix) {
      this.cluster = cluster;
      this.plan = plan;
      this.prefix = prefix;
      turn = new ComparedTurn(contenders, plan);
    }

    void of(Scenario scenario, FilledTopic topic, KeptTraces kept)
        throws IOException, InterruptedException {
      double rate = calibrated(scenario, topic);
      for (int round = 1; round <= plan.rounds(); round++) {
        for (Side side : Side.values()) {
          Duration wait = side == Side.TAILRACE ? plan.decisionWait() : plan.wallClockWait(rate);
          String run = "%s-%s-%s-%d".formatted(prefix, scenario.title(), side.title(), round);
          Figures figures = turn.of(side, work(run, scenario, topic, wait), topic, kept);
          cluster.deleteAll(run);
          report.add(scenario.title() + ", at full speed", side, figures);
          if (side == Side.COLLECTOR) {
            rate = figures.get(Figures.SPANS_PER_SECOND);
          }
          say(
              "round %d  %-8s %-10s %,10.0f spans/s  %6.2f µs CPU a span, %,.0f spans lost"
                  .formatted(
                      round,
                      scenario.title(),
                      side.title(),
                      figures.get(Figures.SPANS_PER_SECOND),
                      figures.get("CPU µs/span"),
                      figures.get(ComparedTurn.LOST_SPANS)));
        }
      }
    }

    private double calibrated(Scenario scenario, FilledTopic topic)
        throws IOException, InterruptedException {
      String run = "%s-%s-calibration".formatted(prefix, scenario.title());
      double rate =
          turn.calibrate(work(run, scenario, topic, plan.wallClockWait(GUESSED_SPANS_PER_SECOND)));
      cluster.deleteAll(run);
      say(
          "%s: the Collector reads %,.0f spans/s; it waits %d s for %,d open traces"
              .formatted(
                  scenario.title(), rate, plan.wallClockWait(rate).toSeconds(), plan.openTraces()));
      return rate;
    }

    private Work work(String run, Scenario scenario, FilledTopic topic, Duration wait) {
      return new Work(run, topic.name(), scenario, wait, topic.traces(), plan.openTraces());
    }
  }

  private void delays(
      Cluster cluster,
      Contenders contenders,
      TraceTemplates templates,
      Scenario scenario,
      String prefix)
      throws IOException, InterruptedException {
    ComparedDelays delays = new ComparedDelays(cluster, contenders, templates);
    long tracesPerSecond = (long) Math.ceil(own.rate / templates.spansPerTrace());
    Duration measured = Duration.ofSeconds(own.delaySeconds);
    for (Side side : Side.values()) {
      String run = "%s-%s-%s-delay".formatted(prefix, scenario.title(), side.title());
      String ingest = run + "-ingest";
      cluster.create(ingest, options.fleet.partitions());
      Work work =
          new Work(
              run,
              ingest,
              scenario,
              DELAY_WAIT,
              tracesPerSecond * measured.plus(DELAY_WAIT).plusMinutes(1).toSeconds(),
              tracesPerSecond * DELAY_WAIT.toSeconds());
      Figures figures = delays.of(side, work, own.rate, measured);
      cluster.deleteAll(run);
      report.add("%s, at %,.0f spans/s".formatted(scenario.title(), own.rate), side, figures);
    }
  }

  private void say(String line) {
    out.println(line);
    out.flush();
  }
}
