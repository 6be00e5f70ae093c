package io.tailrace.loadtests.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A binary of the OpenTelemetry Collector with the components of the comparison.
 *
 * @param path executable
 * @param versions versions of the build and of these components, by name
 */
record CollectorBinary(Path path, Map<String, String> versions) {
  private static final long TO_ANSWER_SECONDS = 60;

  /** Components of a sampler between topics, by kind. */
  static final Map<String, String> SAMPLER =
      Map.of("receivers", "kafka", "processors", "tail_sampling", "exporters", "kafka");

  /** Components of a gateway to Kafka, by kind. */
  static final Map<String, String> GATEWAY = Map.of("receivers", "otlp", "exporters", "kafka");

  private static final String BUILD = "buildinfo";

  /**
   * Verifies a binary by its command {@code components}.
   *
   * @param needed needed components, by kind
   * @param directory for the output of the command
   * @throws IllegalArgumentException if it is no Collector or lacks a component
   */
  static CollectorBinary check(Path path, Map<String, String> needed, Path directory)
      throws IOException, InterruptedException {
    if (!Files.isRegularFile(path) || !Files.isExecutable(path)) {
      throw new IllegalArgumentException(
          "--collector: " + path + " (expected: an executable file, such as otelcol-contrib)");
    }
    Map<String, Map<String, String>> components = components(run(path, directory));
    List<String> missing = new ArrayList<>();
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("build", components.getOrDefault(BUILD, Map.of()).getOrDefault("version", "?"));
    for (String kind : List.of("receivers", "processors", "exporters")) {
      String name = needed.get(kind);
      if (name == null) {
        continue;
      }
      String version = components.getOrDefault(kind, Map.of()).get(name);
      String singular = kind.substring(0, kind.length() - 1);
      if (version == null) {
        missing.add(singular + " " + name);
      } else {
        versions.put(singular + " " + name, version);
      }
    }
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          "--collector: %s lacks %s (expected: a Collector with these, such as otelcol-contrib)"
              .formatted(path, String.join(", ", missing)));
    }
    return new CollectorBinary(path, versions);
  }

  private static String run(Path path, Path directory) throws IOException, InterruptedException {
    Path output = Files.createTempFile(directory, "components", ".yaml");
    Process process;
    try {
      process =
          new ProcessBuilder(path.toAbsolutePath().toString(), "components")
              .redirectOutput(output.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "--collector: " + path + ": " + e.getMessage() + " (expected: a Collector)", e);
    }
    if (!process.waitFor(TO_ANSWER_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalArgumentException(
          "--collector: %s components: no end after %d s (expected: a list of components)"
              .formatted(path, TO_ANSWER_SECONDS));
    }
    if (process.exitValue() != 0) {
      throw new IllegalArgumentException(
          "--collector: %s components: exit code %d (expected: a list of components)"
              .formatted(path, process.exitValue()));
    }
    return Files.readString(output);
  }

  /**
   * Reads the output of {@code components}.
   *
   * @return versions by name by kind; of {@code buildinfo}, values by field
   */
  static Map<String, Map<String, String>> components(String output) {
    Map<String, Map<String, String>> kinds = new LinkedHashMap<>();
    Map<String, String> kind = Map.of();
    String name = "";
    for (String line : output.lines().toList()) {
      String text = line.strip();
      if (!text.isEmpty() && !line.startsWith(" ") && !line.startsWith("-")) {
        kind = new LinkedHashMap<>();
        kinds.put(text.substring(0, Math.max(0, text.indexOf(':'))), kind);
        name = "";
      } else if (text.startsWith("- name:")) {
        name = text.substring("- name:".length()).strip();
        kind.put(name, "?");
      } else if (text.startsWith("module:") && !name.isEmpty()) {
        kind.put(name, text.substring(text.lastIndexOf(' ') + 1));
      } else if (name.isEmpty() && text.startsWith("version:") && kinds.containsKey(BUILD)) {
        kind.put("version", text.substring("version:".length()).strip());
      }
    }
    return kinds;
  }

  /** Returns the versions in one line. */
  String text() {
    List<String> texts = new ArrayList<>();
    versions.forEach((name, version) -> texts.add(name + " " + version));
    return String.join(", ", texts);
  }
}
