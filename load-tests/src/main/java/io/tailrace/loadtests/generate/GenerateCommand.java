package io.tailrace.loadtests.generate;

import io.tailrace.loadtests.shop.VirtualTraffic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Writes recorded spans without a broker. */
@Command(
    name = "generate",
    description =
        "Write spans of a simulated shop to a file in the format of the Collector's file exporter."
            + " Equal options create equal files.",
    mixinStandardHelpOptions = true)
public final class GenerateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @ArgGroup private HowMany howMany = new HowMany();

  @Option(
      names = "--rate",
      defaultValue = "100",
      description =
          "Traces per second of span time, independent of the runtime (default:"
              + " ${DEFAULT-VALUE}).")
  private double rate;

  @Option(
      names = "--start",
      defaultValue = "2026-11-01T00:00:00Z",
      description = "End time of the first trace (default: ${DEFAULT-VALUE}).")
  private String start;

  @Option(
      names = "--errors",
      defaultValue = "0.01",
      description = "Share of traces with an error (default: ${DEFAULT-VALUE}).")
  private double errorShare;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Seed of the traces (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--format",
      defaultValue = "json",
      description =
          "json: OTLP/JSON, one line per request; proto: OTLP protobuf, each request with a big-endian"
              + " length of four bytes (default: ${DEFAULT-VALUE}).")
  private String format;

  @Option(
      names = {"-o", "--output"},
      defaultValue = "-",
      paramLabel = "FILE",
      description = "Output file; *.gz is compressed; -: standard output (default).")
  private String output;

  @Override
  public Integer call() {
    VirtualTraffic traffic = traffic();
    try (SpanFile file = SpanFile.create(output, format())) {
      VirtualTraffic.Amount made = traffic.run(howMany.traces(), howMany.spans(), file);
      spec.commandLine()
          .getErr()
          .printf(
              "%d spans of %d traces, which end from %s to %s%n",
              made.spans(), made.traces(), traffic.start(), made.end());
    } catch (IOException e) {
      return failed(e);
    } catch (UncheckedIOException e) {
      return failed(e.getCause());
    }
    return ExitCode.OK;
  }

  private int failed(IOException e) {
    spec.commandLine().getErr().println("cannot write to " + output + ": " + e);
    return ExitCode.SOFTWARE;
  }

  private VirtualTraffic traffic() {
    check(howMany.traces() > 0, "--traces", howMany.traces(), "> 0");
    check(howMany.spans() > 0, "--spans", howMany.spans(), "> 0");
    check(rate > 0, "--rate", rate, "> 0");
    check(errorShare >= 0 && errorShare <= 1, "--errors", errorShare, "0 to 1");
    return new VirtualTraffic(seed, errorShare, rate, readStart());
  }

  private Instant readStart() {
    try {
      return Instant.parse(start);
    } catch (DateTimeParseException e) {
      throw wrong("--start", start, "a time such as 2026-11-01T00:00:00Z", e);
    }
  }

  private SpanFormat format() {
    return SpanFormat.of(format)
        .orElseThrow(() -> wrong("--format", format, "json or proto", null));
  }

  private void check(boolean well, String name, Object value, String expected) {
    if (!well) {
      throw wrong(name, value, expected, null);
    }
  }

  private ParameterException wrong(String name, Object value, String expected, Exception cause) {
    return new ParameterException(
        spec.commandLine(), name + ": " + value + " (expected: " + expected + ")", cause);
  }

  /** Amount of traces or spans. */
  static final class HowMany {
    private static final long DEFAULT_SPANS = 100_000;

    @Option(names = "--traces", description = "Number of traces.")
    private Long traces;

    @Option(
        names = "--spans",
        description = "Minimum number of spans, in whole traces (default: 100000).")
    private Long spans;

    long traces() {
      return traces == null ? Long.MAX_VALUE : traces;
    }

    long spans() {
      if (spans != null) {
        return spans;
      }
      return traces == null ? DEFAULT_SPANS : Long.MAX_VALUE;
    }
  }
}
