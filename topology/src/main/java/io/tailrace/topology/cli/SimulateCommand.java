package io.tailrace.topology.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tailrace.policies.document.GoDuration;
import io.tailrace.topology.config.Settings;
import io.tailrace.topology.config.TailraceConfig;
import io.tailrace.topology.fleet.InstanceLookup;
import io.tailrace.topology.fleet.PolicyFile;
import io.tailrace.topology.recorded.RecordedSpans;
import io.tailrace.topology.simulate.FleetView;
import io.tailrace.topology.simulate.SimulatedPolicies;
import io.tailrace.topology.simulate.SimulationProgress;
import io.tailrace.topology.simulate.SimulationReport;
import io.tailrace.topology.simulate.SimulationRun;
import io.tailrace.topology.simulate.SimulationText;
import io.tailrace.topology.simulate.TopicSimulation;
import io.tailrace.topology.text.Moment;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Simulates a policy set on recorded spans or on the log. */
@Command(
    name = "simulate",
    description =
        "Show which traces policies would keep: of recorded spans, without Kafka, or of the log of the"
            + " fleet, as its instances would have decided.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"1:no span could be read", "2:invalid policies or command line"})
final class SimulateCommand implements Callable<Integer> {
  /** Output format. */
  enum Format {
    table,
    json
  }

  private static final String STANDARD_INPUT = "-";

  @Spec private CommandSpec spec;

  @Option(
      names = "--policies",
      required = true,
      paramLabel = "FILE",
      description =
          "Policy set in the Collector's schema. With --topic also 'current', the active one of the"
              + " fleet, or 'as-was', those of the fleet at each time.")
  private String policies;

  @Option(
      names = "--compare",
      paramLabel = "FILE",
      description = "Second set to compare with; accepts the same values as --policies.")
  private @Nullable String compared;

  @Option(
      names = "--topic",
      description =
          "Read the log of the fleet in the configuration. Does not affect its instances or consumer"
              + " group.")
  private boolean topic;

  @Option(
      names = "--since",
      defaultValue = "1h",
      converter = Moment.Converter.class,
      paramLabel = "TIME",
      description =
          "With --topic: earliest start of traces, such as 1h or 2026-11-21T09:00:00Z; default:"
              + " ${DEFAULT-VALUE}.")
  private Moment since;

  @Option(
      names = "--until",
      defaultValue = "0s",
      converter = Moment.Converter.class,
      paramLabel = "TIME",
      description =
          "With --topic: latest start of traces; default: the latest that can be decided now.")
  private Moment until;

  @Option(
      names = "--max-rate",
      defaultValue = "32MiB",
      converter = Rate.class,
      paramLabel = "SIZE",
      description =
          "With --topic: maximum bytes per second to read from the brokers; default:"
              + " ${DEFAULT-VALUE}.")
  private long maxRate;

  @Mixin private ConfigOptions configOptions;

  @Option(
      names = "--input",
      arity = "1..*",
      paramLabel = "FILE",
      description =
          "Recorded spans in order of time: OTLP/JSON lines or OTLP protobuf of the Collector's file"
              + " exporter, plain, gzip or zstd; - for standard input.")
  private List<String> inputs = List.of();

  @Option(
      names = "--decisions",
      paramLabel = "FILE",
      description = "Write one JSON line per trace to this file.")
  private @Nullable Path decisions;

  @Option(
      names = "--format",
      defaultValue = "table",
      description = "${COMPLETION-CANDIDATES}; default: ${DEFAULT-VALUE}.")
  private Format format;

  @Option(
      names = "--decision-wait",
      defaultValue = "30s",
      converter = Wait.class,
      paramLabel = "DURATION",
      description =
          "With --input: for sets that do not set it; default: ${DEFAULT-VALUE}. With --topic, the"
              + " configuration defines it.")
  private Duration decisionWait;

  @Override
  public Integer call() throws IOException {
    if (topic == !inputs.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "--input, --topic: (expected: exactly one of them)");
    }
    return topic ? simulateTopic() : simulateFiles();
  }

  private Integer simulateTopic() throws IOException {
    TailraceConfig config =
        new InstanceLookup(configOptions.read(), spec.commandLine().getErr()::println).adopted();
    FleetView fleet = FleetView.of(config);
    SimulatedPolicies set = SimulatedPolicies.of("--policies", policies, fleet, spec);
    SimulatedPolicies other =
        compared == null ? null : SimulatedPolicies.of("--compare", compared, fleet, spec);
    Instant now = Instant.now();
    PrintWriter err = spec.commandLine().getErr();
    try (TopicSimulation simulation =
        new TopicSimulation(fleet, fleet.log(maxRate), set, other, decisionLog(), err)) {
      Optional<SimulationReport> report =
          simulation.run(since.before(now), until.before(now), now.toEpochMilli());
      if (report.isEmpty()) {
        err.println("--topic: no trace that began in this interval is decided yet");
        return ExitCode.SOFTWARE;
      }
      print(report.get());
      return ExitCode.OK;
    }
  }

  private Integer simulateFiles() throws IOException {
    PolicyFile file = PolicyFile.read(Path.of(policies), spec);
    PolicyFile other = compared == null ? null : PolicyFile.read(Path.of(compared), spec);
    inputs.stream().filter(i -> !i.equals(STANDARD_INPUT)).forEach(this::checkReadable);
    PrintWriter err = spec.commandLine().getErr();
    try (SimulationRun run = new SimulationRun(file, other, decisionWait, decisionLog(), err)) {
      for (String input : inputs) {
        read(input, run, err);
      }
      Optional<SimulationReport> report = run.finish();
      if (report.isEmpty()) {
        err.println("--input: no spans (expected: OTLP/JSON lines or OTLP protobuf with traces)");
        return ExitCode.SOFTWARE;
      }
      print(report.get());
      return ExitCode.OK;
    }
  }

  private void checkReadable(String input) {
    if (!Files.isReadable(Path.of(input)) || Files.isDirectory(Path.of(input))) {
      throw new ParameterException(
          spec.commandLine(), "--input: " + input + " (expected: a readable file)");
    }
  }

  private OutputStream decisionLog() throws IOException {
    if (decisions == null) {
      return OutputStream.nullOutputStream();
    }
    try {
      return new BufferedOutputStream(Files.newOutputStream(decisions));
    } catch (IOException e) {
      throw new ParameterException(
          spec.commandLine(),
          "--decisions: " + decisions + " (expected: a writable file): " + e,
          e);
    }
  }

  private static void read(String input, SimulationRun run, PrintWriter err) throws IOException {
    boolean piped = input.equals(STANDARD_INPUT);
    String name = piped ? "standard input" : input;
    long size = piped ? 0 : Files.size(Path.of(input));
    try (InputStream in = piped ? System.in : Files.newInputStream(Path.of(input))) {
      RecordedSpans recorded = new RecordedSpans(in, name);
      run.read(
          recorded, new SimulationProgress(name, size, recorded::bytesRead, err, System::nanoTime));
    }
  }

  private void print(SimulationReport report) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (format == Format.json) {
      out.println(json().writeValueAsString(report));
    } else {
      new SimulationText(out).print(report);
    }
    out.flush();
  }

  private static ObjectMapper json() {
    return JsonMapper.builder()
        .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
        .enable(SerializationFeature.INDENT_OUTPUT)
        .build();
  }

  private static final class Rate implements ITypeConverter<Long> {
    @Override
    public Long convert(String value) {
      return Settings.parseSize(value)
          .orElseThrow(
              () -> new TypeConversionException(value + " (expected: a size such as 32MiB)"));
    }
  }

  private static final class Wait implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String value) {
      return GoDuration.parse(value)
          .filter(wait -> wait.toMillis() > 0)
          .orElseThrow(
              () -> new TypeConversionException(value + " (expected: a duration such as 30s)"));
    }
  }
}
