package io.tailrace.topology.cli;

import io.tailrace.policies.document.GoDuration;
import io.tailrace.serdes.TraceId;
import io.tailrace.topology.config.TailraceConfig;
import io.tailrace.topology.keep.AskedTrace;
import io.tailrace.topology.keep.KeepClient;
import io.tailrace.topology.keep.KeepOutcome;
import io.tailrace.topology.keep.KeepRequest;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
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

/** Has traces kept, whatever the policies say. */
@Command(
    name = "keep",
    description =
        "Keep traces, whatever the policies say: one that is open when it is due, one that was dropped"
            + " from the log, as long as that has it. Late spans follow.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:all are kept, or were before",
      "1:some are not known, or not answered for in time",
      "2:wrong configuration or command line: nothing is asked for"
    })
final class KeepCommand implements Callable<Integer> {
  private static final Duration POLL = Duration.ofMillis(200);

  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions configOptions;

  @Parameters(paramLabel = "TRACE_ID", arity = "1..*", description = "32 hex characters each.")
  private List<String> traceIds;

  @Option(
      names = "--author",
      paramLabel = "NAME",
      description = "Who asks, for the log (default: the user, ${DEFAULT-VALUE}).",
      defaultValue = "${sys:user.name}")
  private String author;

  @Option(names = "--comment", paramLabel = "TEXT", description = "Why, for the log.")
  private String comment;

  @Option(
      names = "--wait",
      paramLabel = "DURATION",
      defaultValue = "1m",
      converter = Time.class,
      description =
          "How long to wait for the answers (default: ${DEFAULT-VALUE}). A trace whose verdict has"
              + " expired is searched for in all of the log, which takes its time.")
  private Duration toWait;

  @Override
  public Integer call() {
    List<AskedTrace> traces = parsed();
    TailraceConfig config = configOptions.read();
    PrintWriter out = spec.commandLine().getOut();
    boolean allKept = true;
    try (KeepClient client = new KeepClient(config)) {
      for (AskedTrace trace : answered(client, traces)) {
        out.println(trace.told());
        allKept &= trace.isKept();
      }
    }
    out.flush();
    return allKept ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  private List<AskedTrace> parsed() {
    List<AskedTrace> traces = new ArrayList<>();
    for (String id : new LinkedHashSet<>(traceIds)) {
      try {
        traces.add(new AskedTrace(TraceId.parse(id)));
      } catch (IllegalArgumentException e) {
        throw new ParameterException(
            spec.commandLine(), "TRACE_ID: " + id + " (expected: 32 hex characters)", e);
      }
    }
    return traces;
  }

  /**
   * Asks, and waits. Where all partitions have to be asked, they are to search their log only if
   * none of them knows of the trace.
   */
  private List<AskedTrace> answered(KeepClient client, List<AskedTrace> traces) {
    Set<AskedTrace> toBeSearched = new HashSet<>();
    for (AskedTrace trace : traces) {
      trace.asked(client.ask(trace.id(), value(client.knowsPartition())));
      if (!client.knowsPartition()) {
        toBeSearched.add(trace);
      }
    }
    long deadline = System.nanoTime() + toWait.toNanos();
    while (true) {
      for (AskedTrace trace : traces) {
        boolean isUnknown = trace.isAnswered() && trace.outcome() == KeepOutcome.UNKNOWN;
        if (isUnknown && toBeSearched.remove(trace)) {
          trace.asked(client.ask(trace.id(), value(true)));
        }
      }
      if (traces.stream().allMatch(AskedTrace::isAnswered) || System.nanoTime() - deadline > 0) {
        return traces;
      }
      client.poll(POLL).forEach(result -> traces.forEach(trace -> trace.take(result)));
    }
  }

  private KeepRequest.Value value(boolean search) {
    return new KeepRequest.Value(author, comment, search);
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
