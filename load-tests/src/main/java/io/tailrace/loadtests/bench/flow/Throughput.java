package io.tailrace.loadtests.bench.flow;

import io.tailrace.loadtests.Directories;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Fills topics, runs each scenario in every round, and prints the results. */
public final class Throughput {
  private static final long SEED = 1;

  private final ThroughputOptions options;
  private final PrintWriter out;
  private final ThroughputReport report = new ThroughputReport();

  public Throughput(ThroughputOptions options, PrintWriter out) {
    this.options = options;
    this.out = out;
  }

  /** Runs the benchmark. */
  public void run() throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("tailrace-bench-");
    try (Cluster cluster = cluster(options.fleet, directory)) {
      run(cluster, directory);
    } finally {
      Directories.delete(directory);
    }
  }

  static Cluster cluster(FleetOptions fleet, Path directory) throws IOException {
    return fleet.external == null ? Cluster.ownBroker(directory) : Cluster.external(fleet.external);
  }

  private void run(Cluster cluster, Path directory) throws IOException, InterruptedException {
    FleetOptions fleet = options.fleet;
    String prefix = "bench-" + Long.toString(System.currentTimeMillis(), 36);
    TraceTemplates templates = new TraceTemplates(fleet.shape, SEED);
    ThroughputPlan plan = options.plan(templates.spansPerTrace());
    Map<Boolean, FilledTopic> topics = new LinkedHashMap<>();
    for (Scenario scenario : options.scenarios) {
      if (!topics.containsKey(scenario.keyedInput())) {
        topics.put(
            scenario.keyedInput(), fill(cluster, prefix, plan, templates, scenario.keyedInput()));
      }
    }
    ThroughputRun run = new ThroughputRun(cluster, fleet, plan, directory);
    for (int round = 1; round <= plan.rounds(); round++) {
      for (Scenario scenario : options.scenarios) {
        String name = prefix + "-" + round + "-" + scenario.title();
        Figures figures = run.of(scenario, name, topics.get(scenario.keyedInput()));
        report.add(scenario, figures);
        say(
            "round %d  %-12s %,10.0f spans/s  %6.2f µs CPU a span"
                .formatted(
                    round,
                    scenario.title(),
                    figures.get(Figures.SPANS_PER_SECOND),
                    figures.get(Figures.CPU)));
      }
    }
    out.println();
    report.print(out);
    Map<String, String> circumstances = circumstances(plan, topics);
    out.println();
    circumstances.forEach((name, value) -> out.println(name + ": " + value));
    out.flush();
    if (fleet.json != null) {
      report.write(fleet.json, circumstances);
    }
    cluster.deleteAll(prefix);
  }

  private FilledTopic fill(
      Cluster cluster, String prefix, ThroughputPlan plan, TraceTemplates templates, boolean keyed)
      throws InterruptedException {
    FilledTopic topic =
        FilledTopic.fill(
            cluster,
            prefix + (keyed ? "-in-keyed" : "-in-mixed"),
            options.fleet.partitions(),
            templates,
            keyed,
            plan.topicSpans(),
            plan.tracesPerSecond());
    say(
        "filled %s: %,d spans, %,d traces, %,d records; %.0f bytes a span, %.0f compressed"
            .formatted(
                topic.name(),
                topic.spans(),
                topic.traces(),
                topic.records(),
                topic.bytesPerSpan(),
                (double) topic.bytesOnDisk() / topic.spans()));
    return topic;
  }

  private Map<String, String> circumstances(ThroughputPlan plan, Map<Boolean, FilledTopic> topics) {
    FleetOptions fleet = options.fleet;
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put(
        "machine",
        "%d cores, Java %s, load average %.1f"
            .formatted(
                Runtime.getRuntime().availableProcessors(),
                Runtime.version(),
                java.lang.management.ManagementFactory.getOperatingSystemMXBean()
                    .getSystemLoadAverage()));
    facts.put("broker", fleet.external == null ? "a process on this machine" : "external");
    facts.put(
        "instances",
        "%d of %d threads, %d partitions, %s%s"
            .formatted(
                fleet.instances,
                fleet.threads,
                fleet.partitions(),
                String.join(" ", fleet.jvmOptions),
                fleet.environment().isEmpty() ? "" : ", " + fleet.environment()));
    facts.put(
        "runs",
        "%d rounds of %,d spans each, after %,d of warm-up; %,d open traces, shape %s"
            .formatted(
                plan.rounds(), plan.spans(), plan.warmUpSpans(), plan.openTraces(), fleet.shape));
    topics.forEach(
        (keyed, topic) ->
            facts.put(
                keyed ? "keyed records" : "mixed records",
                "%.1f spans, %.0f bytes a span, %.0f compressed; %.1f spans a trace"
                    .formatted(
                        (double) topic.spans() / topic.records(),
                        topic.bytesPerSpan(),
                        (double) topic.bytesOnDisk() / topic.spans(),
                        (double) topic.spans() / topic.traces())));
    return facts;
  }

  private void say(String line) {
    out.println(line);
    out.flush();
  }
}
