package io.tailrace.loadtests;

import io.tailrace.loadtests.bench.BenchCommand;
import io.tailrace.loadtests.demo.DemoCommand;
import io.tailrace.loadtests.generate.GenerateCommand;
import io.tailrace.topology.cli.TailraceCommand;
import io.tailrace.topology.instance.JavaLogging;
import java.util.List;
import picocli.CommandLine;

/**
 * Main class of {@code ./tailrace}: the commands of an instance, and commands with an embedded
 * broker.
 */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    if (List.of(args).contains("demo")) {
      QuietLogging.configure();
    }
    TailraceCommand.logFor(args);
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
