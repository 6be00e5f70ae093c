package io.tailrace.loadtests.bench.flow;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Restart time against the amount of state. */
@Command(
    name = "restore",
    description =
        "Kill an instance with open traces and verdicts, and print the time and the CPU from the"
            + " start of its successor until it decides a trace. The successor starts after the"
            + " session timeout of the killed instance, which is not included.",
    mixinStandardHelpOptions = true)
public final class RestoreCommand implements Callable<Integer> {
  private static final long SEED = 1;

  @Spec private CommandSpec spec;
  @Mixin private FleetOptions fleet = new FleetOptions();

  @Option(
      names = "--scenarios",
      split = ",",
      paramLabel = "SCENARIO",
      description = "KEYED, UNKEYED or both (default: both).")
  private List<Scenario> scenarios = List.of(Scenario.KEYED, Scenario.UNKEYED);

  @Option(
      names = "--states",
      split = ",",
      paramLabel = "OPEN_SPANS:VERDICTS",
      description =
          "Spans of open traces and verdicts that are needed after the restart (default:"
              + " ${DEFAULT-VALUE}).",
      defaultValue = "100000:100000,1000000:1000000,10000000:2000000")
  private List<String> states;

  @Override
  public Integer call() throws IOException, InterruptedException {
    TraceTemplates templates = new TraceTemplates(fleet.shape, SEED);
    List<RestoreRun.State> wanted = new ArrayList<>();
    for (String state : states) {
      wanted.add(state(state, templates.spansPerTrace()));
    }
    for (Scenario scenario : scenarios) {
      if (!scenario.tailrace()) {
        throw new ParameterException(
            spec.commandLine(), "--scenarios: " + scenario + " (expected: KEYED or UNKEYED)");
      }
    }
    try (Testbed testbed = Testbed.start(fleet)) {
      PrintWriter out = spec.commandLine().getOut();
      out.println("| ingest | open spans | verdicts | open traces | s | CPU s | peak RSS MB |");
      out.println("|---|---|---|---|---|---|---|");
      out.flush();
      String prefix = "bench-" + Long.toString(System.currentTimeMillis(), 36);
      for (Scenario scenario : scenarios) {
        RestoreRun run =
            new RestoreRun(testbed.cluster(), fleet, scenario, templates, testbed.directory());
        for (RestoreRun.State state : wanted) {
          String name = prefix + "-" + scenario.title() + "-" + wanted.indexOf(state);
          Figures figures = run.of(name, state);
          out.printf(
              "| %s | %,d | %,d | %,.0f | %.1f | %.1f | %.0f |%n",
              scenario.title(),
              state.openSpans(),
              state.verdicts(),
              figures.get(RestoreRun.OPEN_TRACES),
              figures.get(RestoreRun.SECONDS),
              figures.get(RestoreRun.CPU_SECONDS),
              figures.get(RestoreRun.RSS_PEAK));
          out.flush();
        }
      }
    }
    return ExitCode.OK;
  }

  private RestoreRun.State state(String text, double spansPerTrace) {
    String[] parts = text.split(":", -1);
    try {
      RestoreRun.State state =
          new RestoreRun.State(Long.parseLong(parts[0]), Long.parseLong(parts[parts.length - 1]));
      String fault = RestoreRun.fault(state, spansPerTrace);
      if (parts.length == 2 && fault.isEmpty()) {
        return state;
      }
      throw new ParameterException(spec.commandLine(), "--states: " + fault);
    } catch (NumberFormatException e) {
      throw new ParameterException(
          spec.commandLine(), "--states: " + text + " (expected: OPEN_SPANS:VERDICTS)", e);
    }
  }
}
