package io.tailrace.loadtests;

import io.tailrace.topology.cli.TailraceCommand;
import java.io.PrintWriter;
import java.io.StringWriter;

/** Result of a {@code tailrace} command in this JVM. */
record CommandRun(int exitCode, String out, String err) {
  static CommandRun of(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode =
        TailraceCommand.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(arguments);
    return new CommandRun(exitCode, out.toString(), err.toString());
  }
}
