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

/** Runs {@link PolicyBenchmark} with JMH on one document at a time. */
final class PolicyRuns {
  private static final int WARMUPS = 3;
  private static final int MEASUREMENTS = 5;
  private static final List<String> METHODS = List.of("judge", "gatherAndJudge");

  private final Effort effort;

  PolicyRuns(Effort effort) {
    // The lock is one file per machine: tests of another build or a file of another user would fail
    // this run. Other processes do not affect CPU time.
    System.setProperty("jmh.ignoreLock", "true");
    this.effort = effort;
  }

  /** Runs the verdict alone, then with the collection of signals. */
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

  /** Returns the CPU time of an operation in nanoseconds. */
  static Result<?> cpuNanos(RunResult result) {
    return result.getSecondaryResults().get(CpuTime.LABEL);
  }

  private static int method(RunResult result) {
    return METHODS.indexOf(result.getPrimaryResult().getLabel());
  }

  /**
   * Duration of the measurement.
   *
   * @param forks number of processes, each with warm-up and measurement; 0: this process
   * @param warmup time of each of three rounds
   * @param measurement time of each of five rounds
   */
  record Effort(int forks, TimeValue warmup, TimeValue measurement) {
    static final Effort THOROUGH = new Effort(2, TimeValue.seconds(2), TimeValue.seconds(1));
    static final Effort QUICK =
        new Effort(1, TimeValue.milliseconds(200), TimeValue.milliseconds(100));
  }
}
