package io.tailrace.loadtests.bench;

import java.util.Comparator;
import java.util.List;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Has JMH run {@link PolicyBenchmark} on one document after the other. */
final class PolicyRuns {
  private static final int WARMUPS = 3;
  private static final int MEASUREMENTS = 5;
  private static final List<String> METHODS = List.of("judge", "gatherAndJudge");

  private final Effort effort;

  PolicyRuns(Effort effort) {
    // Of one file for the whole machine: another build's tests, or another user's file, would end
    // this. What runs beside does not matter to CPU time.
    System.setProperty("jmh.ignoreLock", "true");
    this.effort = effort;
  }

  /** The verdict alone, then with gathering. */
  List<RunResult> run(String document) throws RunnerException {
    Options options =
        new OptionsBuilder()
            .include("^" + PolicyBenchmark.class.getName() + "\\.")
            .param("document", document)
            .forks(effort.forks)
            .warmupIterations(WARMUPS)
            .warmupTime(effort.warmup)
            .measurementIterations(MEASUREMENTS)
            .measurementTime(effort.measurement)
            .addProfiler(CpuTime.class)
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT)
            .build();
    return new Runner(options)
        .run().stream().sorted(Comparator.comparing(PolicyRuns::method)).toList();
  }

  /** Processor time of an operation in nanoseconds. */
  static Result<?> cpuNanos(RunResult result) {
    return result.getSecondaryResults().get(CpuTime.LABEL);
  }

  private static int method(RunResult result) {
    return METHODS.indexOf(result.getPrimaryResult().getLabel());
  }

  /**
   * How long to measure.
   *
   * @param forks processes, each of which warms up and measures; 0: in this one
   * @param warmup time of each of three rounds
   * @param measurement time of each of five rounds
   */
  record Effort(int forks, TimeValue warmup, TimeValue measurement) {
    static final Effort THOROUGH = new Effort(2, TimeValue.seconds(2), TimeValue.seconds(1));
    static final Effort QUICK =
        new Effort(1, TimeValue.milliseconds(200), TimeValue.milliseconds(100));
  }
}
