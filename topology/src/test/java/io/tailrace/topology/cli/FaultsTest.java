package io.tailrace.topology.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What commands print when they cannot run. */
class FaultsTest {
  private static final String ID = "0123456789abcdef0123456789abcdef";

  @TempDir Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return TailraceCommand.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  @ParameterizedTest
  @CsvSource({"demo", "generate --traces 5", "bench parts", "demo --help"})
  void commandsOfTheSourcesSayWhereTheyAre(String arguments) {
    assertThat(run(arguments.split(" "))).isEqualTo(2);
    assertThat(err.toString())
        .startsWith(arguments.split(" ")[0] + ": not in the archive")
        .contains("./tailrace");
  }

  /** Each command that reads a configuration. */
  @ParameterizedTest
  @CsvSource({
    "run",
    "gateway",
    "tail",
    "explain " + ID,
    "keep " + ID,
    "simulate --topic --policies current",
    "policies history",
    "policies show",
    "policies diff 1 2",
    "policies rollback 1",
    "policies promote",
    "policies watch"
  })
  void faultsOfTheConfigurationAlone(String command) throws Exception {
    Path file =
        Files.writeString(directory.resolve("tailrace.yaml"), "decision_wait: -1s\nthread: 2\n");
    String[] arguments = (command + " --config " + file).split(" ");

    assertThat(run(arguments)).isEqualTo(2);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString().lines())
        .as("faults, and no help")
        .hasSize(4)
        .startsWith(file + ":")
        .anyMatch(line -> line.startsWith("  decision_wait: \"-1s\" (expected: "))
        .anyMatch(line -> line.startsWith("  thread: [hidden] (expected: a known key: "))
        .anyMatch(line -> line.startsWith("  kafka.bootstrap.servers: "));
  }

  @ParameterizedTest
  @CsvSource({
    "explain 12, TRACE_ID: 12 (expected: 32 hex characters)",
    "keep 12, TRACE_ID: 12 (expected: 32 hex characters)",
    "simulate --input nowhere --policies p, --input: nowhere (expected: a readable file)",
  })
  void aFaultOfTheInputAlone(String command, String fault) throws Exception {
    Path policies =
        Files.writeString(directory.resolve("p"), "policies: [{name: a, type: always_sample}]");

    assertThat(run(command.replace("--policies p", "--policies " + policies).split(" ")))
        .isEqualTo(2);
    assertThat(err.toString().lines()).last().asString().isEqualTo(fault);
    assertThat(err.toString()).doesNotContain("Usage:", "--help");
  }

  @ParameterizedTest
  @CsvSource({
    "explain, tailrace explain, Missing required parameter: 'TRACE_ID'",
    "policies validate, tailrace policies validate, Missing required parameter: 'FILE'",
    "policies watch --onse, tailrace policies watch, Unknown option: '--onse'",
    "explain --since x " + ID + ", tailrace explain, Invalid value for option '--since'",
    "polices, tailrace, Unmatched argument at index 0: 'polices'"
  })
  void aFaultOfTheCommandLine_andWhichCommandDescribesIt(
      String command, String described, String fault) {
    assertThat(run(command.split(" "))).isEqualTo(2);
    assertThat(err.toString()).startsWith(fault).doesNotContain("Usage:");
    assertThat(err.toString().lines()).last().isEqualTo("Try `" + described + " --help`.");
  }

  @ParameterizedTest
  @CsvSource({"policies, validate", "'', explain"})
  void listsTheCommands_withoutOne(String command, String listed) {
    assertThat(run(command.isEmpty() ? new String[0] : new String[] {command})).isEqualTo(2);
    assertThat(err.toString())
        .startsWith("no command (expected: one of those below)")
        .contains("  " + listed);
  }

  @Test
  void suggestsTheCommandThatWasMeant() {
    run("polices");

    assertThat(err.toString()).contains("Did you mean: tailrace policies");
  }
}
