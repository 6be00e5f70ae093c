package io.tailrace.topology.cli;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tailrace.serdes.TraceId;
import io.tailrace.topology.config.Settings;
import io.tailrace.topology.config.TailraceConfig;
import io.tailrace.topology.explain.LoggedTrace;
import io.tailrace.topology.explain.TraceInquiry;
import io.tailrace.topology.explain.TraceText;
import io.tailrace.topology.fleet.InstanceLookup;
import io.tailrace.topology.sampling.TraceAnswer;
import io.tailrace.topology.simulate.FleetView;
import io.tailrace.topology.text.Moment;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Explains the verdict of a trace. */
@Command(
    name = "explain",
    description =
        "Explain the verdict of a trace. Queries the owning instance and evaluates the log again for"
            + " the votes.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"1:trace not known", "2:invalid configuration or command line"})
final class ExplainCommand implements Callable<Integer> {
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final long MAX_BYTES_PER_SECOND = 64 << 20;

  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions configOptions;

  @Parameters(paramLabel = "TRACE_ID", description = "32 hex characters.")
  private String traceId;

  @Option(
      names = "--instance",
      paramLabel = "HOST:PORT",
      description =
          "Admin port of any instance, which redirects to the owner of the trace. Default: those that"
              + " running instances report on tailrace_status.")
  private List<String> instances = List.of();

  @Option(
      names = "--since",
      defaultValue = "1h",
      converter = Moment.Converter.class,
      paramLabel = "TIME",
      description =
          "Earliest start to search in the log for a trace that no instance knows. Default:"
              + " ${DEFAULT-VALUE}.")
  private Moment since;

  @Option(names = "--json", description = "Print JSON.")
  private boolean asJson;

  @Override
  public Integer call() throws IOException {
    TraceId trace = parsed();
    InstanceLookup lookup = new InstanceLookup(configOptions.read(), this::note);
    TailraceConfig config = lookup.adopted();
    TraceAnswer answer =
        new TraceInquiry(config.get(Settings.ADMIN_TOKEN), false, PAUSE, this::note)
            .ask(trace, instances.isEmpty() ? lookup.reachable() : instances);
    if (answer == null) {
      note("no instance is reachable: searching only the log");
      answer = TraceAnswer.unknown(trace.toHex());
    }
    if (answer.state() != TraceAnswer.State.open) {
      Instant now = Instant.now();
      answer =
          new LoggedTrace(FleetView.of(config), this::note)
              .addTo(answer, trace, since.before(now), now, MAX_BYTES_PER_SECOND, false);
    }
    PrintWriter out = spec.commandLine().getOut();
    if (asJson) {
      out.println(
          JsonMapper.builder()
              .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
              .enable(SerializationFeature.INDENT_OUTPUT)
              .build()
              .writeValueAsString(answer));
    } else {
      new TraceText(out).print(answer);
    }
    out.flush();
    return answer.state() == TraceAnswer.State.unknown ? ExitCode.SOFTWARE : ExitCode.OK;
  }

  private TraceId parsed() {
    try {
      return TraceId.parse(traceId);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          spec.commandLine(), "TRACE_ID: " + traceId + " (expected: 32 hex characters)", e);
    }
  }

  private void note(String text) {
    spec.commandLine().getErr().println(text);
  }
}
