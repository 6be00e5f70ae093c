package io.tailrace.loadtests.bench;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures what the parts of Tailrace cost on this machine. */
@Command(
    name = "bench",
    description = "Measure what Tailrace costs on this machine.",
    mixinStandardHelpOptions = true,
    subcommands = PolicyBenchCommand.class)
public final class BenchCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "no command (expected: one of those below)");
  }
}
