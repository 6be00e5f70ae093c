package io.tailrace.loadtests.bench.flow;

import java.io.IOException;
import java.io.PrintWriter;
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
    try (Testbed testbed = Testbed.start(options.fleet)) {
      run(testbed.cluster(), testbed.directory());
    }
  }

  public static Cluster cluster(FleetOptions fleet, Path directory) throws IOException {
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
    Map<String, String> circumstances = Circumstances.of(options.fleet, plan, topics);
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
            plan.tracesPerSecond(),
            SpanStream.Watch.NONE);
    say("filled " + topic.text());
    return topic;
  }

  private void say(String line) {
    out.println(line);
    out.flush();
  }
}
