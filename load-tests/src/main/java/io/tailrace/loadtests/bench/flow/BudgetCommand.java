package io.tailrace.loadtests.bench.flow;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How well a fleet holds a budget while traffic changes. */
@Command(
    name = "budget",
    description = {
      "Run instances over a log of traces whose traffic changes half-way, with adaptive_throughput"
          + " by service, and print the spans kept in 10 s of log time over the goal: the greatest"
          + " and the mean after the first minute.",
      "estimate: adjusted counts over the number of traces. chi2: that of the estimates by service,"
          + " over its limit for a chance of 1 in 10,000. µs: CPU time of the instances a span."
          + " digest: equal for the same decisions at the same log times."
    },
    mixinStandardHelpOptions = true)
public final class BudgetCommand implements Callable<Integer> {
  private static final int PARTITIONS = 12;
  private static final long SEED = 3;
  private static final String ADAPTIVE =
      """
      policies:
        - name: budget
          type: adaptive_throughput
          adaptive_throughput:
            goal_throughput: %d
            fingerprint_attributes: ['resource.attributes["service.name"]']
      """;
  private static final String FIXED =
      "policies: [{name: fixed, type: probabilistic,"
          + " probabilistic: {sampling_percentage: %s}}]";

  @Spec private CommandSpec spec;
  @Mixin private FleetOptions fleet = new FleetOptions();

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "Seconds of log time (default: ${DEFAULT-VALUE}).")
  private int seconds = 240;

  @Option(
      names = "--goals",
      paramLabel = "N",
      split = ",",
      description = "Spans a second to keep (default: 1000,100).")
  private List<Integer> goals = List.of(1_000, 100);

  @Option(
      names = "--courses",
      paramLabel = "COURSE",
      split = ",",
      description = "Of ${COMPLETION-CANDIDATES} (default: all).")
  private List<BudgetTraffic.Course> courses = List.of(BudgetTraffic.Course.values());

  @Option(
      names = "--kills",
      paramLabel = "N",
      description = "Kill the first instance so many times on the way (default: ${DEFAULT-VALUE}).")
  private int kills = 0;

  @Option(
      names = "--fixed",
      description = "Also run a fixed percentage that keeps as much, for the CPU time.")
  private boolean fixed;

  @Override
  public Integer call() throws IOException, InterruptedException {
    fleet.partitions = fleet.partitions == 0 ? PARTITIONS : fleet.partitions;
    try (Testbed testbed = Testbed.start(fleet)) {
      run(testbed.cluster(), testbed.directory());
    }
    return ExitCode.OK;
  }

  private void run(Cluster cluster, Path directory) throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    String prefix = "bench-" + Long.toString(System.currentTimeMillis(), 36);
    BudgetRun run = new BudgetRun(cluster, fleet, directory);
    out.printf(
        "%-26s %6s %6s %9s %8s %8s %9s %6s %6s %9s%n",
        "traffic", "goal", "fleet", "traces", "worst", "mean", "estimate", "chi2", "µs", "digest");
    for (BudgetTraffic.Course course : courses) {
      BudgetRun.Filled topic =
          run.fill(
              prefix + "-" + course.name().toLowerCase(Locale.ROOT) + "-in", course, seconds, SEED);
      for (int goal : goals) {
        String name = prefix + "-" + course.name().toLowerCase(Locale.ROOT) + "-" + goal;
        BudgetRun.Result result =
            run.run(name, topic, ADAPTIVE.formatted(goal), fleet.instances, kills);
        print(out, course.title(), goal, result);
        if (fixed) {
          double percentage = 100. * result.figures().keptSpans() / topic.spans();
          print(
              out,
              "  fixed percentage",
              goal,
              run.run(name + "-fixed", topic, FIXED.formatted(percentage), fleet.instances, 0));
        }
      }
    }
    cluster.deleteAll(prefix);
  }

  private void print(PrintWriter out, String title, int goal, BudgetRun.Result result) {
    BudgetFigures figures = result.figures();
    out.printf(
        "%-26s %,6d %6d %,9d %8.3f %8.3f %9.4f %6.2f %6.2f %9x%n",
        title,
        goal,
        fleet.instances,
        figures.traces(),
        figures.worstWindow(goal),
        figures.meanWindow(goal),
        figures.estimate(),
        figures.chiSquaredShare(),
        result.cpuMicros(),
        figures.digest());
    out.flush();
  }
}
