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

  /** Returns the program of the sources: that of the archive, and what needs a broker. */
  public static CommandLine commandLine() {
    CommandLine program = TailraceCommand.commandLine();
    // Replaces commands that only say where these are.
    for (Object command : List.of(new DemoCommand(), new GenerateCommand(), new BenchCommand())) {
      CommandLine replacement = new CommandLine(command);
      program.getCommandSpec().removeSubcommand(replacement.getCommandName());
      program.addSubcommand(replacement);
    }
    return program;
  }
}
