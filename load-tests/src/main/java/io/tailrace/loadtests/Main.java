package io.tailrace.loadtests;

import io.tailrace.loadtests.bench.BenchCommand;
import io.tailrace.loadtests.demo.DemoCommand;
import io.tailrace.loadtests.generate.GenerateCommand;
import io.tailrace.topology.cli.TailraceCommand;
import io.tailrace.topology.instance.JavaLogging;
import java.util.List;
import picocli.CommandLine;

/**
 * What {@code ./tailrace} runs: the command line of an instance, and what needs a broker inside.
 */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    if (List.of(args).contains("demo")) {
      QuietLogging.configure();
    }
    JavaLogging.toOurs();
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return TailraceCommand.commandLine()
        .addSubcommand(new DemoCommand())
        .addSubcommand(new GenerateCommand())
        .addSubcommand(new BenchCommand());
  }
}
