package io.tailrace.topology.cli;

import io.tailrace.topology.config.TailraceConfig;
import io.vavr.control.Validation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options that select the configuration of a command. */
final class ConfigOptions {
  private static final String BOOTSTRAP_VARIABLE = "TAILRACE_KAFKA_BOOTSTRAP_SERVERS";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "Configuration file (YAML); TAILRACE_... variables override it.")
  private @Nullable Path file;

  @Option(
      names = {"-b", "--bootstrap-servers"},
      paramLabel = "HOST:PORT",
      description = "Kafka brokers; overrides kafka.bootstrap.servers.")
  private @Nullable String bootstrapServers;

  /**
   * Reads the configuration.
   *
   * @throws ParameterException with all faults; results in exit code 2
   */
  TailraceConfig read() {
    return read(Map.of());
  }

  /**
   * Reads the configuration with overrides of the command.
   *
   * @param options overrides in the form of environment variables
   */
  TailraceConfig read(Map<String, String> options) {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.putAll(options);
    if (bootstrapServers != null) {
      environment.put(BOOTSTRAP_VARIABLE, bootstrapServers);
    }
    Validation<List<String>, TailraceConfig> config = TailraceConfig.read(text(), environment);
    if (config.isInvalid()) {
      String where = file == null ? "configuration" : file.toString();
      throw new ParameterException(
          spec.commandLine(), where + ":\n  " + String.join("\n  ", config.getError()));
    }
    return config.get();
  }

  private String text() {
    try {
      return file == null ? "" : Files.readString(file);
    } catch (IOException e) {
      throw new ParameterException(
          spec.commandLine(), "--config: " + file + " (expected: a readable file): " + e, e);
    }
  }
}
