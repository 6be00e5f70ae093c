package io.tailrace.topology.cli;

import io.tailrace.policies.document.GoDuration;
import io.tailrace.serdes.TraceId;
import io.tailrace.topology.config.TailraceConfig;
import io.tailrace.topology.fleet.InstanceLookup;
import io.tailrace.topology.keep.AskedTrace;
import io.tailrace.topology.keep.KeepClient;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Requests that traces are kept regardless of policies. */
@Command(
    name = "keep",
    description =
        "Keep traces regardless of policies. An open trace is kept when it is due; a dropped trace is"
            + " read back from the log, if still there. Late spans are exported too.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:all traces are kept, now or earlier",
      "1:some traces are not known, or not answered in time",
      "2:invalid configuration or command line; no request is sent"
    })
final class KeepCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions configOptions;

  @Parameters(paramLabel = "TRACE_ID", arity = "1..*", description = "32 hex characters each.")
  private List<String> traceIds;

  @Option(
      names = "--author",
      paramLabel = "NAME",
      description = "Author of the request, for the log (default: the user, ${DEFAULT-VALUE}).",
      defaultValue = "${sys:user.name}")
  private String author;

  @Option(
      names = "--comment",
      paramLabel = "TEXT",
      description = "Reason of the request, for the log.")
  private @Nullable String comment;

  @Option(
      names = "--wait",
      paramLabel = "DURATION",
      defaultValue = "1m",
      converter = Time.class,
      description =
          "Maximum time to wait for answers (default: ${DEFAULT-VALUE}). A trace with an expired"
              + " verdict needs a search of the whole log, which takes time.")
  private Duration toWait;

  @Override
  public Integer call() {
    Set<TraceId> traces = parsed();
    TailraceConfig config =
        new InstanceLookup(configOptions.read(), spec.commandLine().getErr()::println).adopted();
    PrintWriter out = spec.commandLine().getOut();
    boolean allKept = true;
    boolean allAnswered = true;
    try (KeepClient client = new KeepClient(config)) {
      for (AskedTrace trace : client.keep(traces, author, comment, toWait)) {
        out.println(trace.told());
        allKept &= trace.isKept();
        allAnswered &= trace.isAnswered();
      }
    }
    out.flush();
    if (!allAnswered) {
      InstanceLookup.whySilent(config).ifPresent(spec.commandLine().getErr()::println);
    }
    return allKept ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  private Set<TraceId> parsed() {
    Set<TraceId> traces = new LinkedHashSet<>();
    for (String id : traceIds) {
      try {
        traces.add(TraceId.parse(id));
      } catch (IllegalArgumentException e) {
        throw new ParameterException(
            spec.commandLine(), "TRACE_ID: " + id + " (expected: 32 hex characters)", e);
      }
    }
    return traces;
  }

  private static final class Time implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String value) {
      return GoDuration.parse(value)
          .filter(time -> !time.isNegative())
          .orElseThrow(
              () -> new TypeConversionException(value + " (expected: a duration such as 30s)"));
    }
  }
}
