package io.tailrace.loadtests.bench;

import io.tailrace.loadtests.bench.compare.Comparison;
import io.tailrace.loadtests.bench.compare.ComparisonOptions;
import io.tailrace.loadtests.bench.compare.GatewayBenchCommand;
import io.tailrace.loadtests.bench.flow.BudgetCommand;
import io.tailrace.loadtests.bench.flow.RestoreCommand;
import io.tailrace.loadtests.bench.flow.RollingCommand;
import io.tailrace.loadtests.bench.flow.ScrapeCommand;
import io.tailrace.loadtests.bench.flow.SteadyCommand;
import io.tailrace.loadtests.bench.flow.Throughput;
import io.tailrace.loadtests.bench.flow.ThroughputOptions;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Benchmarks instances against a minimal Kafka Streams application. Its subcommands benchmark
 * parts.
 */
@Command(
    name = "bench",
    description = {
      "Measure the cost of Tailrace on this machine and compare it with the floor: a minimal"
          + " Kafka Streams application with exactly-once that reads the same spans, scans them"
          + " once and forwards the same share.",
      "keyed, policies: records of one trace each, with default and with 20 policies. unkeyed:"
          + " records of some 200 spans of many traces, shuffled. floor-mixed: the floor on those.",
      "With --collector: compare with a tail_sampling Collector on the same topics, in turns."
    },
    mixinStandardHelpOptions = true,
    subcommands = {
      PartsBenchCommand.class,
      PolicyBenchCommand.class,
      SteadyCommand.class,
      RollingCommand.class,
      BudgetCommand.class,
      RestoreCommand.class,
      ScrapeCommand.class,
      GatewayBenchCommand.class
    })
public final class BenchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ThroughputOptions options = new ThroughputOptions();

  @ArgGroup(exclusive = false)
  private ComparisonOptions comparison;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (comparison != null) {
      try {
        new Comparison(options, comparison, spec.commandLine().getOut()).run();
      } catch (IllegalArgumentException e) {
        throw new ParameterException(spec.commandLine(), e.getMessage(), e);
      }
      return ExitCode.OK;
    }
    new Throughput(options, spec.commandLine().getOut()).run();
    return ExitCode.OK;
  }
}
