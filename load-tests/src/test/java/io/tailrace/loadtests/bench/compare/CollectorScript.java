package io.tailrace.loadtests.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Executable scripts in place of a Collector. */
final class CollectorScript {
  /** Output of {@code components} with everything that the comparison needs. */
  static final String COMPONENTS =
      """
      buildinfo:
          command: otelcol-contrib
          description: ""
          version: 0.161.0
      receivers:
          - name: jaeger
            module: example.com/receiver/jaegerreceiver v0.160.0
            stability:
              traces: Beta
          - name: kafka
            module: example.com/receiver/kafkareceiver v0.155.0
      processors:
          - name: tail_sampling
            module: example.com/processor/tailsamplingprocessor v0.161.0
            stability:
              traces: Beta
      exporters:
          - name: kafka
            module: example.com/exporter/kafkaexporter v0.156.0
      connectors: []
      providers:
          - scheme: env
            module: example.com/confmap/provider/envprovider v1.67.0
      """;

  private CollectorScript() {}

  /**
   * Creates a script.
   *
   * @param components output of the command {@code components}
   * @param otherwise shell commands for all other arguments
   */
  static Path create(Path directory, String components, String otherwise) throws IOException {
    Path script = directory.resolve("otelcol");
    Files.writeString(
        script,
        """
        #!/bin/sh
        if [ "$1" = components ]; then
        cat <<'END'
        %sEND
        exit 0
        fi
        %s
        """
            .formatted(components, otherwise));
    return executable(script);
  }

  static Path executable(Path file) throws IOException {
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
