package io.tailrace.topology.cli;

import io.tailrace.topology.config.TailraceConfig;
import io.tailrace.topology.fleet.FleetLine;
import io.tailrace.topology.fleet.FleetStatus;
import io.tailrace.topology.kafka.JsonRecords;
import io.tailrace.topology.text.TextTable;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows the policy version of each instance. */
@Command(
    name = "watch",
    description =
        "Show applied and refused versions of each instance until Ctrl-C. Prints one line per change if"
            + " the output is not a terminal.",
    mixinStandardHelpOptions = true)
final class WatchPoliciesCommand implements Runnable {
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final String HOME_AND_CLEAR = "\u001b[H\u001b[2J";

  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions configOptions;

  @Option(names = "--once", description = "Print one table and exit.")
  private boolean once;

  @Option(
      names = "--json",
      description = "Print JSON: an array with --once, otherwise one object per line and change.")
  private boolean json;

  @Override
  public void run() {
    TailraceConfig config = configOptions.read();
    PrintWriter out = spec.commandLine().getOut();
    try (FleetStatus fleet = new FleetStatus(config)) {
      if (once) {
        List<FleetLine> lines = FleetLine.of(fleet.poll(POLL));
        out.print(json ? JsonRecords.text(lines) + System.lineSeparator() : table(lines));
        out.flush();
        return;
      }
      follow(fleet, out);
    }
  }

  private void follow(FleetStatus fleet, PrintWriter out) {
    boolean drawsAnew = Help.Ansi.AUTO.enabled() && !json;
    List<FleetLine> shown = List.of();
    while (!Thread.currentThread().isInterrupted()) {
      List<FleetLine> now = FleetLine.of(fleet.poll(POLL));
      if (drawsAnew) {
        out.print(HOME_AND_CLEAR + table(now));
      } else {
        changed(shown, now).forEach(line -> out.println(json ? line.json() : line.text()));
      }
      out.flush();
      shown = now;
    }
  }

  private static List<FleetLine> changed(List<FleetLine> before, List<FleetLine> now) {
    List<FleetLine> changed = new ArrayList<>(now);
    changed.removeAll(before);
    List<String> left = now.stream().map(FleetLine::instance).toList();
    before.stream()
        .filter(line -> !left.contains(line.instance()) && !line.state().equals(FleetLine.GONE))
        .map(FleetLine::gone)
        .forEach(changed::add);
    return changed;
  }

  private static String table(List<FleetLine> lines) {
    if (lines.isEmpty()) {
      return "no instance is running" + System.lineSeparator();
    }
    TextTable table = TextTable.leftAligned();
    table.row(
        "instance", "host", "admin", "set", "state", "applies", "since", "scheduled", "refused");
    for (FleetLine line : lines) {
      table.row(line.cells());
    }
    return table.toString();
  }
}
