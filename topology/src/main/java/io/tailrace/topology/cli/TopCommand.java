package io.tailrace.topology.cli;

import io.tailrace.policies.document.GoDuration;
import io.tailrace.topology.config.Settings;
import io.tailrace.topology.config.StartException;
import io.tailrace.topology.config.TailraceConfig;
import io.tailrace.topology.console.FleetClient;
import io.tailrace.topology.fleet.FleetLine;
import io.tailrace.topology.fleet.FleetStatus;
import io.tailrace.topology.fleet.InstanceLookup;
import io.tailrace.topology.kafka.KafkaFaults;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Shows the figures of the fleet in the terminal. */
@Command(
    name = "top",
    description =
        "Show the fleet until q or Ctrl-C: what it reads and keeps, instances, policies, and the ten"
            + " operations with most calls. Figures are those of the last minute, of operations those"
            + " since the start of the instances. s changes the order. Prints once if the output is not a"
            + " terminal.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:shown",
      "1:printed once, and no instance answers",
      "2:invalid configuration or command line"
    })
final class TopCommand implements Callable<Integer> {
  private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(500);
  private static final Duration POLL = Duration.ofMillis(100);

  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions configOptions;

  @Option(
      names = "--instance",
      paramLabel = "HOST:PORT",
      description =
          "Admin port of any instance. Default: those that running instances report on"
              + " tailrace_status.")
  private List<String> instances = List.of();

  @Option(
      names = "--interval",
      paramLabel = "DURATION",
      defaultValue = "2s",
      converter = Interval.class,
      description = "Time between updates (default: ${DEFAULT-VALUE}).")
  private Duration interval;

  @Option(
      names = "--sort",
      paramLabel = "COLUMN",
      defaultValue = "keeps",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private TopSort sort;

  @Option(
      names = {"--once", "--plain"},
      description = "Print once, without control characters, and exit.")
  private boolean once;

  @Override
  public Integer call() throws InterruptedException {
    TailraceConfig config = configOptions.read();
    PrintWriter out = spec.commandLine().getOut();
    FleetClient client = new FleetClient(config.get(Settings.ADMIN_TOKEN));
    try (FleetStatus fleet = new FleetStatus(config)) {
      if (once || !Terminal.isThere()) {
        View view = view(fleet, client);
        view.text(sort).lines().forEach(out::println);
        out.flush();
        return view.answer().report() == null ? ExitCode.SOFTWARE : ExitCode.OK;
      }
      try (Terminal terminal = Terminal.open(out)) {
        follow(fleet, client, terminal);
      }
      return ExitCode.OK;
    }
  }

  private void follow(FleetStatus fleet, FleetClient client, Terminal terminal)
      throws InterruptedException {
    View view = view(fleet, client);
    while (true) {
      long next = System.nanoTime() + interval.toNanos();
      long left;
      do {
        terminal.draw(view.text(sort).lines());
        left = next - System.nanoTime();
        char key = terminal.key(Duration.ofNanos(Math.max(0, left)));
        if (key == 'q' || key == Terminal.CTRL_C) {
          return;
        } else if (key == 's') {
          sort = sort.next();
        }
      } while (next - System.nanoTime() > 0);
      view = next(view, fleet, client);
    }
  }

  /** Returns the next view, or this one while no broker answers. */
  private View next(View view, FleetStatus fleet, FleetClient client) {
    try {
      return view(fleet, client);
    } catch (KafkaException | StartException e) {
      String why = KafkaFaults.explain(e).orElseGet(() -> String.valueOf(e.getMessage()));
      return new View(view.statuses, view.answer, List.of("not updated: " + why));
    }
  }

  /** State of the fleet at one time. */
  private record View(List<FleetLine> statuses, FleetClient.Answer answer, List<String> faults) {
    TopText text(TopSort sort) {
      return new TopText(statuses, answer, sort, faults);
    }
  }

  private View view(FleetStatus fleet, FleetClient client) {
    List<FleetStatus.Instance> running = new ArrayList<>(fleet.poll(POLL));
    running.removeIf(instance -> !instance.isAlive());
    List<String> addresses = instances.isEmpty() ? InstanceLookup.addresses(running) : instances;
    return new View(FleetLine.of(running), client.ask(addresses), List.of());
  }

  private static final class Interval implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String value) {
      return GoDuration.parse(value)
          .filter(time -> time.compareTo(SHORTEST_INTERVAL) >= 0)
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      value + " (expected: a duration of at least 500ms, such as 2s)"));
    }
  }
}
