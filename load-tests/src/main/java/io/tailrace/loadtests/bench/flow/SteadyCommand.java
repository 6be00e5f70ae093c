package io.tailrace.loadtests.bench.flow;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A fixed rate for minutes. */
@Command(
    name = "steady",
    description =
        "Send spans at a fixed rate and measure decision delays (from the due time of a trace until"
            + " it is committed on the export topic) and memory over time.",
    mixinStandardHelpOptions = true)
public final class SteadyCommand implements Callable<Integer> {
  private static final long SEED = 1;

  @Spec private CommandSpec spec;
  @Mixin private FleetOptions fleet = new FleetOptions();

  @Option(names = "--rate", required = true, paramLabel = "N", description = "Spans a second.")
  private double rate;

  @Option(
      names = "--scenario",
      paramLabel = "SCENARIO",
      description = "KEYED, UNKEYED or POLICIES (default: ${DEFAULT-VALUE}).")
  private Scenario scenario = Scenario.KEYED;

  @Option(
      names = "--duration",
      paramLabel = "SECONDS",
      description = "Measured time after the warm-up (default: ${DEFAULT-VALUE}).")
  private int seconds = 120;

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      description = "Decision wait (default: ${DEFAULT-VALUE}).")
  private int wait = 10;

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      description = "Warm-up in addition to the decision wait (default: ${DEFAULT-VALUE}).")
  private int warmUp = 60; // time for compilation and catch-up

  @Option(
      names = "--interval",
      paramLabel = "SECONDS",
      description = "Interval of output lines (default: ${DEFAULT-VALUE}).")
  private int interval = 10;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (!scenario.tailrace()) {
      throw new picocli.CommandLine.ParameterException(
          spec.commandLine(), "--scenario: " + scenario + " (expected: one that decides)");
    }
    try (Testbed testbed = Testbed.start(fleet)) {
      run(testbed.cluster(), testbed.directory());
    }
    return ExitCode.OK;
  }

  private void run(Cluster cluster, Path directory) throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    SteadyRun run = new SteadyRun(cluster, fleet, new TraceTemplates(fleet.shape, SEED), directory);
    SteadyRun.Load load =
        new SteadyRun.Load(
            rate,
            Duration.ofSeconds(wait),
            Duration.ofSeconds(wait + warmUp),
            Duration.ofSeconds(seconds),
            Duration.ofSeconds(interval));
    out.printf(
        "%8s %12s %12s %10s %10s %12s %10s %10s%n",
        "second", "sent/s", "received/s", "p50 ms", "p99 ms", "open traces", "heap MB", "RSS MB");
    out.flush();
    String name = "bench-" + Long.toString(System.currentTimeMillis(), 36) + "-steady";
    SteadyRun.Result result = run.of(scenario, name, load, point -> print(out, point));
    out.printf(
        "decision delay over %,d kept traces: p50 %,d ms, p99 %,d ms, greatest %,d ms%n",
        result.traces(), result.p50Millis(), result.p99Millis(), result.maxMillis());
    out.flush();
    if (fleet.json != null) {
      write(fleet.json, result);
    }
  }

  private static void print(PrintWriter out, SteadyRun.Point point) {
    out.printf(
        "%8d %,12.0f %,12.0f %,10d %,10d %,12d %,10d %,10d%n",
        point.second(),
        point.sentPerSecond(),
        point.receivedPerSecond(),
        point.p50Millis(),
        point.p99Millis(),
        point.openTraces(),
        point.heapLive() / 1_000_000,
        point.rss() / 1_000_000);
    out.flush();
  }

  private static void write(Path file, SteadyRun.Result result) throws IOException {
    try (JsonGenerator json =
        new JsonFactory()
            .createGenerator(file.toFile(), JsonEncoding.UTF8)
            .useDefaultPrettyPrinter()) {
      json.writeStartObject();
      json.writeNumberField("p50_ms", result.p50Millis());
      json.writeNumberField("p99_ms", result.p99Millis());
      json.writeNumberField("max_ms", result.maxMillis());
      json.writeNumberField("traces", result.traces());
      json.writeArrayFieldStart("points");
      for (SteadyRun.Point point : result.points()) {
        json.writeStartObject();
        json.writeNumberField("second", point.second());
        json.writeNumberField("sent_per_second", point.sentPerSecond());
        json.writeNumberField("received_per_second", point.receivedPerSecond());
        json.writeNumberField("p50_ms", point.p50Millis());
        json.writeNumberField("p99_ms", point.p99Millis());
        json.writeNumberField("open_traces", point.openTraces());
        json.writeNumberField("heap_live_bytes", point.heapLive());
        json.writeNumberField("rss_bytes", point.rss());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
  }
}
