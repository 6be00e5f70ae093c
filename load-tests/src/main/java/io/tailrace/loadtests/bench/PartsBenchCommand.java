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
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints the cost of the processing steps of a span, each beside a naive implementation. */
@Command(
    name = "parts",
    description =
        "Measure the cost of the processing steps of a span, each beside a naive implementation:"
            + " generated protobuf classes, one key-value row per record. CPU time and allocated bytes"
            + " per span (traces of 12 spans, 10 attributes and about 500 bytes per span).",
    mixinStandardHelpOptions = true)
final class PartsBenchCommand implements Callable<Integer> {
  private static final int WARMUPS = 3;
  private static final int MEASUREMENTS = 5;
  private static final String ALLOCATED = "gc.alloc.rate.norm"; // JMH's name

  /** A step and its naive implementation. */
  private record Part(String shown, Class<?> benchmark, String method, String naive) {
    static Part of(String shown, String method, String naive) {
      return new Part(shown, SpanPartsBenchmark.class, method, naive);
    }

    static Part ofBuffer(String shown, String method, String naive) {
      return new Part(shown, BufferBenchmark.class, method, naive);
    }
  }

  private static final List<Part> PARTS =
      List.of(
          Part.of("split + summary | parse", "splitAndSummary", "parseGenerated"),
          Part.of("split", "split", "splitGenerated"),
          Part.of("summary", "summary", "summaryGenerated"),
          Part.ofBuffer("buffer, forget", "appendAndForget", "appendAndForgetRows"),
          Part.ofBuffer("buffer, read back", "readBack", "readBackRows"),
          Part.of("verdict", "verdict", "verdictGenerated"),
          Part.of("join", "join", "joinGenerated"),
          Part.of("join + stamp", "joinAndStamp", "joinAndStampGenerated"),
          Part.of("join + redact", "joinAndRedact", "joinAndRedactGenerated"));

  private final PolicyRuns.Effort thoroughly;
  private final PolicyRuns.Effort quickly;
  private final int openTraces;

  @Spec private CommandSpec spec;

  @Option(names = "--quick", description = "Short runs with rough figures.")
  private boolean quick;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Also write all results of JMH in its JSON format.")
  private Path json;

  PartsBenchCommand() {
    this(PolicyRuns.Effort.THOROUGH, PolicyRuns.Effort.QUICK, 0);
  }

  /**
   * Creates the command with other durations.
   *
   * @param openTraces open traces in the buffer; 0: default
   */
  PartsBenchCommand(PolicyRuns.Effort thoroughly, PolicyRuns.Effort quickly, int openTraces) {
    this.thoroughly = thoroughly;
    this.quickly = quickly;
    this.openTraces = openTraces;
  }

  @Override
  public Integer call() throws RunnerException, IOException {
    System.setProperty("jmh.ignoreLock", "true"); // see PolicyRuns
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "%-24s %12s %12s %8s %12s %12s%n", "per span", "ns", "naive", "times", "bytes", "naive");
    Collection<RunResult> all = new ArrayList<>();
    for (Part part : PARTS) {
      RunResult ours = run(part.benchmark(), part.method());
      RunResult naive = run(part.benchmark(), part.naive());
      out.printf(
          "%-24s %12.1f %12.1f %8.1f %12.0f %12.0f%n",
          part.shown(),
          figure(ours, CpuTime.LABEL),
          figure(naive, CpuTime.LABEL),
          figure(naive, CpuTime.LABEL) / figure(ours, CpuTime.LABEL),
          figure(ours, ALLOCATED),
          figure(naive, ALLOCATED));
      out.flush();
      all.add(ours);
      all.add(naive);
    }
    out.printf(
        "CPU time of the measuring thread; %d cores, Java %s%s%n",
        Runtime.getRuntime().availableProcessors(),
        Runtime.version(),
        quick ? "; quick, so rough" : "");
    if (json != null) {
      try (PrintStream file = new PrintStream(json.toFile(), StandardCharsets.UTF_8)) {
        ResultFormatFactory.getInstance(ResultFormatType.JSON, file).writeOut(all);
      }
    }
    return ExitCode.OK;
  }

  private RunResult run(Class<?> benchmark, String method) throws RunnerException {
    PolicyRuns.Effort effort = quick ? quickly : thoroughly;
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include("^" + benchmark.getName() + "\\." + method + "$")
            .forks(effort.forks())
            .warmupIterations(WARMUPS)
            .warmupTime(effort.warmup())
            .measurementIterations(MEASUREMENTS)
            .measurementTime(effort.measurement())
            .addProfiler(CpuTime.class)
            .addProfiler(GCProfiler.class)
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT);
    if (openTraces > 0) {
      options.param("openTraces", Integer.toString(openTraces));
    }
    return new Runner(options.build()).runSingle();
  }

  private static double figure(RunResult result, String name) {
    return result.getSecondaryResults().get(name).getScore();
  }
}
