package io.tailrace.loadtests.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.RunnerException;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Prints the CPU time per trace of each kind of policy, one line at a time. */
@Command(
    name = "policies",
    description =
        "Measure the CPU time per trace of each kind of policy: of the verdict alone, and from the"
            + " OTLP bytes of a trace (12 spans, 10 attributes and about 500 bytes per span) to the"
            + " verdict.",
    mixinStandardHelpOptions = true)
final class PolicyBenchCommand implements Callable<Integer> {
  private final PolicyRuns.Effort thoroughly;
  private final PolicyRuns.Effort quickly;

  @Spec private CommandSpec spec;

  @Option(
      names = "--quick",
      description = "Short runs with rough figures: about two minutes instead of fifteen.")
  private boolean quick;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "KIND",
      description = "Policies to measure, such as drop,composite (default: all).")
  private List<String> only = PolicyDocuments.NAMES;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Also write all results of JMH in its JSON format.")
  private Path json;

  PolicyBenchCommand() {
    this(PolicyRuns.Effort.THOROUGH, PolicyRuns.Effort.QUICK);
  }

  PolicyBenchCommand(PolicyRuns.Effort thoroughly, PolicyRuns.Effort quickly) {
    this.thoroughly = thoroughly;
    this.quickly = quickly;
  }

  @Override
  public Integer call() throws RunnerException, IOException {
    only.forEach(this::check);
    PolicyRuns runs = new PolicyRuns(quick ? quickly : thoroughly);
    PrintWriter out = spec.commandLine().getOut();
    out.printf("%-24s %22s %26s%n", "ns/trace", "verdict", "from bytes to verdict");
    Collection<RunResult> all = new ArrayList<>();
    for (String document : only.stream().sorted().toList()) {
      List<RunResult> results = runs.run(document);
      out.printf("%-24s", document);
      for (RunResult result : results) {
        Result<?> nanos = PolicyRuns.cpuNanos(result);
        out.printf(" %14s ± %7s", figure(nanos.getScore()), figure(nanos.getScoreError()));
      }
      out.println();
      out.flush();
      all.addAll(results);
    }
    out.printf(
        "CPU time; ±: half of JMH's 99.9 %% confidence interval; %d cores, Java %s%s%n",
        Runtime.getRuntime().availableProcessors(),
        Runtime.version(),
        quick ? "; quick, so rough" : "");
    if (json != null) {
      write(all);
    }
    return ExitCode.OK;
  }

  private void check(String document) {
    if (!PolicyDocuments.NAMES.contains(document)) {
      throw new ParameterException(
          spec.commandLine(),
          "--only: "
              + document
              + " (expected: of "
              + String.join(", ", PolicyDocuments.NAMES)
              + ")");
    }
  }

  /** Formats a figure with a fraction if small, and with an error if there are enough runs. */
  private static String figure(double nanos) {
    if (Double.isNaN(nanos)) {
      return "-";
    }
    return nanos < 100 ? "%.1f".formatted(nanos) : "%,.0f".formatted(nanos);
  }

  private void write(Collection<RunResult> results) throws IOException {
    try (PrintStream out = new PrintStream(json.toFile(), StandardCharsets.UTF_8)) {
      ResultFormatFactory.getInstance(ResultFormatType.JSON, out).writeOut(results);
    }
  }
}
