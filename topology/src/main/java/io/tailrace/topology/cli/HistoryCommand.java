package io.tailrace.topology.cli;

import io.tailrace.topology.config.Settings;
import io.tailrace.topology.config.TailraceConfig;
import io.tailrace.topology.fleet.HistoryLine;
import io.tailrace.topology.fleet.PolicyVersions;
import io.tailrace.topology.kafka.JsonRecords;
import io.tailrace.topology.text.PlainText;
import io.tailrace.topology.text.TextTable;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists the versions of the policies. */
@Command(
    name = "history",
    description = "List the versions of the policies, newest first. * marks the active version.",
    mixinStandardHelpOptions = true)
final class HistoryCommand implements Runnable {
  private static final int SHORT_HASH_CHARS = 12;

  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions configOptions;

  @Option(
      names = {"-n", "--count"},
      defaultValue = "20",
      description = "Maximum number of versions; 0: all (default: ${DEFAULT-VALUE}).")
  private int count;

  @Option(names = "--json", description = "Print a JSON array, without the documents.")
  private boolean json;

  @Override
  public void run() {
    TailraceConfig config = configOptions.read();
    PolicyVersions versions = PolicyVersions.read(config, config.get(Settings.POLICIES_NAME));
    List<HistoryLine> lines = HistoryLine.of(versions, count == 0 ? Integer.MAX_VALUE : count);
    if (json) {
      spec.commandLine().getOut().println(JsonRecords.text(lines));
    } else if (lines.isEmpty()) {
      spec.commandLine()
          .getOut()
          .println("no policies are published: instances use their bootstrap policies");
    } else {
      spec.commandLine().getOut().print(table(lines));
      spec.commandLine().getOut().flush();
    }
  }

  private static TextTable table(List<HistoryLine> lines) {
    TextTable table = TextTable.leftAligned();
    table.row("version", "time", "author", "sha256", "change", "comment");
    for (HistoryLine line : lines) {
      table.row(
          line.version() + (line.active() ? " *" : ""),
          line.time(),
          PlainText.orDash(line.author()),
          line.sha256() == null ? "-" : line.sha256().substring(0, SHORT_HASH_CHARS),
          line.change(),
          PlainText.orDash(line.comment()));
    }
    return table;
  }
}
