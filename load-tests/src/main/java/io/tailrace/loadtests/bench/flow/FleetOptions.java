package io.tailrace.loadtests.bench.flow;

import io.tailrace.topology.config.TailraceConfig;
import io.vavr.control.Validation;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options that the benchmark commands share. */
public final class FleetOptions {
  @Option(
      names = "--external",
      paramLabel = "HOST:PORT",
      description = "Use this cluster instead of a broker in a separate process.")
  String external;

  @Option(names = "--instances", paramLabel = "N", description = "Instances (default: 1).")
  public int instances = 1;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description =
          "Stream threads per instance (default: half of the cores; the broker uses the rest).")
  public int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);

  @Option(
      names = "--partitions",
      paramLabel = "N",
      description = "Partitions per topic (default: 2 per thread, at least 4).")
  public int partitions;

  @Option(
      names = "--shape",
      paramLabel = "SHAPE",
      description = "Shape of the traces: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  public TraceShape shape = TraceShape.USUAL;

  @Option(
      names = "--jvm-options",
      paramLabel = "OPTIONS",
      split = " ",
      description = "JVM options of the instances (default: -Xms1g -Xmx1g).")
  public List<String> jvmOptions = List.of("-Xms1g", "-Xmx1g");

  @Option(names = "--json", paramLabel = "FILE", description = "Also write the figures as JSON.")
  public java.nio.file.Path json;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  private String policies;

  private final Map<String, String> environment = new TreeMap<>();

  @Option(
      names = "--set",
      paramLabel = "SETTING=VALUE",
      description = "Setting of the instances, as in docs/configure.md. Repeatable.")
  void set(Map<String, String> settings) {
    settings.forEach((path, value) -> environment.put(variable(path), value));
    Map<String, String> all = new TreeMap<>(environment);
    all.put(variable("kafka.bootstrap.servers"), "localhost:9092"); // placeholder; known later
    Validation<List<String>, TailraceConfig> config = TailraceConfig.read("", all);
    if (config.isInvalid()) {
      throw new ParameterException(
          spec.commandLine(), "--set: " + String.join("; ", config.getError()));
    }
  }

  /** Returns the values of {@code --set} as environment variables. */
  public Map<String, String> environment() {
    return environment;
  }

  /** Replaces the policies of all scenarios by a document of this package. */
  public void policies(String name) {
    policies = name;
  }

  /** Returns the name of the policy document of a scenario. */
  String policies(Scenario scenario) {
    return policies == null ? scenario.policies() : policies;
  }

  private static String variable(String path) {
    return "TAILRACE_" + path.toUpperCase(Locale.ROOT).replace('.', '_');
  }

  public int partitions() {
    return partitions > 0 ? partitions : Math.max(4, 2 * threads * instances);
  }
}
