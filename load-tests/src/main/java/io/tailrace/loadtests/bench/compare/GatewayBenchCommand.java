package io.tailrace.loadtests.bench.compare;

import io.tailrace.loadtests.Directories;
import io.tailrace.loadtests.bench.compare.Contenders.Side;
import io.tailrace.loadtests.bench.flow.Cluster;
import io.tailrace.loadtests.bench.flow.FleetOptions;
import io.tailrace.loadtests.bench.flow.Throughput;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What the gateway costs. */
@Command(
    name = "gateway",
    description =
        "Send OTLP/HTTP requests at a fixed rate to the gateway, and with --collector in turns to a"
            + " Collector that splits them by trace as well, and print CPU, latency and memory.",
    mixinStandardHelpOptions = true)
public final class GatewayBenchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private FleetOptions fleet = new FleetOptions();

  @Option(
      names = "--collector",
      paramLabel = "PATH",
      description =
          "Binary of the OpenTelemetry Collector with the receiver otlp and the exporter kafka.")
  private Path collector;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "Spans a second (default: ${DEFAULT-VALUE}).")
  private double rate = 20_000;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "Measured time of a turn (default: ${DEFAULT-VALUE}).")
  private int seconds = 30;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      description = "Seconds of requests before the measured time (default: ${DEFAULT-VALUE}).")
  private int warmUp = 30;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Turns of each (default: ${DEFAULT-VALUE}).")
  private int rounds = 3;

  @Option(names = "--gzip", description = "Compress the requests.")
  private boolean gzip;

  @Option(
      names = "--markdown",
      paramLabel = "FILE",
      description = "Also write the figures as Markdown.")
  private Path markdown;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (!(rate > 0) || seconds < 1 || rounds < 1 || warmUp < 0) {
      throw new ParameterException(
          spec.commandLine(),
          "--rate, --seconds, --rounds: %s, %d, %d (expected: > 0)"
              .formatted(rate, seconds, rounds));
    }
    Path directory = Files.createTempDirectory("tailrace-bench-");
    try {
      CollectorBinary binary =
          collector == null
              ? null
              : CollectorBinary.check(collector, CollectorBinary.GATEWAY, directory);
      try (Cluster cluster = Throughput.cluster(fleet, directory)) {
        run(new GatewayRun(cluster, fleet, binary, gzip, directory), binary);
      }
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    } finally {
      Directories.delete(directory);
    }
    return ExitCode.OK;
  }

  private void run(GatewayRun run, CollectorBinary binary)
      throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    String prefix = "bench-" + Long.toString(System.currentTimeMillis(), 36);
    GatewayRun.Load load =
        new GatewayRun.Load(rate, Duration.ofSeconds(warmUp), Duration.ofSeconds(seconds));
    ComparisonReport report = new ComparisonReport();
    String title = "gateway, at %,.0f spans/s%s".formatted(rate, gzip ? ", gzip" : "");
    for (int round = 1; round <= rounds; round++) {
      for (Side side : binary == null ? List.of(Side.TAILRACE) : List.of(Side.values())) {
        String name = "%s-%s-%d".formatted(prefix, side.title(), round);
        report.add(title, side, run.of(side, name, load));
        out.printf("round %d  %s done%n", round, side.title());
        out.flush();
      }
    }
    report.print(out);
    if (markdown != null) {
      Map<String, String> circumstances = new LinkedHashMap<>();
      circumstances.put("requests", run.text());
      if (binary != null) {
        circumstances.put("Collector", binary.text());
      }
      report.writeMarkdown(markdown, circumstances);
    }
  }
}
