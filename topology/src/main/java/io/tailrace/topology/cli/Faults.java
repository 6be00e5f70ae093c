package io.tailrace.topology.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.UnmatchedArgumentException;

/** Prints faults of the command line and of the input of a command, and no help after them. */
final class Faults {
  private Faults() {}

  /**
   * Runs the command. Prints faults of its input, such as those of a file, without help, because
   * the command line is valid.
   */
  static int execute(ParseResult parsed) {
    try {
      return new RunLast().execute(parsed);
    } catch (ParameterException e) {
      return print(e);
    }
  }

  /** Prints a fault of the command line, and the command that prints its help. */
  static int ofCommandLine(ParameterException fault, String[] arguments) {
    int exitCode = print(fault);
    CommandLine command = fault.getCommandLine();
    PrintWriter err = command.getErr();
    UnmatchedArgumentException.printSuggestions(fault, err);
    err.printf("Try `%s --help`.%n", command.getCommandSpec().qualifiedName());
    return exitCode;
  }

  /** Prints the subcommands of a command that needs one. */
  static int noCommand(CommandLine command) {
    command.getErr().println("no command (expected: one of those below)");
    command.usage(command.getErr());
    return ExitCode.USAGE;
  }

  private static int print(ParameterException fault) {
    CommandLine command = fault.getCommandLine();
    command.getErr().println(fault.getMessage());
    return command.getCommandSpec().exitCodeOnInvalidInput();
  }
}
