package io.tailrace.loadtests.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CollectorBinaryTest {
  @TempDir private Path directory;

  @Test
  void readsVersionsOfComponents() throws Exception {
    Path script = CollectorScript.create(directory, CollectorScript.COMPONENTS, "exit 1");

    assertThat(CollectorBinary.check(script, CollectorBinary.SAMPLER, directory).text())
        .isEqualTo(
            "build 0.161.0, receiver kafka v0.155.0, processor tail_sampling v0.161.0,"
                + " exporter kafka v0.156.0");
  }

  @Test
  void doesNotMixKindsOfComponents() {
    Map<String, Map<String, String>> components =
        CollectorBinary.components(CollectorScript.COMPONENTS);

    assertThat(components.get("receivers")).containsOnlyKeys("jaeger", "kafka");
    assertThat(components.get("processors")).containsOnlyKeys("tail_sampling");
    assertThat(components.get("connectors")).isEmpty();
    assertThat(components.get("providers")).isEmpty();
  }

  @Test
  void namesAllMissingComponents() throws Exception {
    String components =
        CollectorScript.COMPONENTS
            .replace("- name: tail_sampling", "- name: batch")
            .replaceFirst("- name: kafka", "- name: otlp");
    Path script = CollectorScript.create(directory, components, "exit 1");

    assertThatThrownBy(() -> CollectorBinary.check(script, CollectorBinary.SAMPLER, directory))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "--collector: %s lacks receiver kafka, processor tail_sampling".formatted(script)
                + " (expected: a Collector with these, such as otelcol-contrib)");
  }

  @Test
  void rejectsWhatIsNoCollector() throws Exception {
    Path text = Files.writeString(directory.resolve("text"), "no program");
    assertRejected(text, "(expected: an executable file, such as otelcol-contrib)");
    assertRejected(directory, "(expected: an executable file, such as otelcol-contrib)");
    assertRejected(directory.resolve("absent"), "(expected: an executable file");
    assertRejected(CollectorScript.executable(text), "(expected: a");

    Path failing = Files.writeString(directory.resolve("failing"), "#!/bin/sh\nexit 3\n");
    assertRejected(
        CollectorScript.executable(failing),
        "components: exit code 3 (expected: a list of components)");
  }

  private void assertRejected(Path path, String message) {
    assertThatThrownBy(() -> CollectorBinary.check(path, CollectorBinary.SAMPLER, directory))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("--collector: " + path)
        .hasMessageContaining(message);
  }
}
