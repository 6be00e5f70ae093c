package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code mvn verify} packs is what one installs. */
class DistributionTest {
  @TempDir private Path directory;
  private Path home;

  @BeforeEach
  void unpack() throws Exception {
    List<Path> archives;
    try (Stream<Path> built = Files.list(Path.of("../topology/target"))) {
      archives = built.filter(p -> p.getFileName().toString().endsWith(".tar.gz")).toList();
    }
    assertThat(archives).as("archives in topology/target, packed by mvn verify").hasSize(1);
    run("tar", "xzf", archives.get(0).toAbsolutePath().toString());
    try (Stream<Path> unpacked = Files.list(directory)) {
      home = unpacked.findFirst().orElseThrow();
    }
  }

  @Test
  void runsFromWhereverItIs_byALinkToo() throws Exception {
    Path link = directory.resolve("linked");
    Files.createSymbolicLink(link, home.resolve("bin/tailrace"));
    String version = home.getFileName().toString().replace("tailrace-", "tailrace ");

    assertThat(run(home.resolve("bin/tailrace").toString(), "--version").strip())
        .isEqualTo(version);
    assertThat(run(link.toString(), "--version").strip()).isEqualTo(version);
    try (Stream<Path> policies = Files.list(home.resolve("config/policies"))) {
      for (Path file : policies.toList()) {
        run(link.toString(), "policies", "validate", file.toString());
      }
    }
  }

  @Test
  void namesTheLicenceOfEveryLibrary() throws Exception {
    String licences = Files.readString(home.resolve("THIRD-PARTY.txt"));
    List<String> unnamed = new ArrayList<>();
    try (Stream<Path> libraries = Files.list(home.resolve("lib"))) {
      for (Path library : libraries.toList()) {
        String name = library.getFileName().toString().replace(".jar", "");
        int dash = name.replaceFirst("-[0-9]", "\0").indexOf('\0');
        String shown = name.substring(0, dash) + ":" + name.substring(dash + 1);
        if (!name.startsWith("tailrace-") && !licences.contains(":" + shown + " - ")) {
          unnamed.add(name);
        }
      }
    }
    assertThat(unnamed).isEmpty();
    assertThat(home.resolve("LICENSE")).exists();
  }

  @Test
  void bringsDocumentsAlertsAndDashboards() throws Exception {
    assertThat(
            List.of(
                "README.md",
                "docs/operate.md",
                "docs/configure.md",
                "policies/README.md",
                "deploy/README.md",
                "deploy/METRICS.md",
                "deploy/prometheus/alerts.yaml",
                "deploy/grafana/tailrace.json",
                "deploy/grafana/tailrace-oncall.json",
                "systemd/tailrace.service",
                "systemd/tailrace-gateway.service",
                "systemd/tailrace.conf"))
        .allSatisfy(file -> assertThat(home.resolve(file)).isRegularFile());
  }

  @Test
  void logsAsJson_ifAsked() throws Exception {
    Process process = start("json", "run", "-b", "127.0.0.1:1");
    try (BufferedReader log = process.errorReader()) {
      JsonNode event = new ObjectMapper().readTree(log.readLine());

      assertThat(event.get("level").asText()).isEqualTo("INFO");
      assertThat(event.get("formattedMessage").asText()).isNotBlank();
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void refusesAnUnknownLogFormat() throws Exception {
    Process process = start("xml", "--version");

    assertThat(new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEqualTo("TAILRACE_LOG_FORMAT: xml (expected: text or json)" + System.lineSeparator());
    assertThat(process.waitFor()).isEqualTo(2);
  }

  private Process start(String logFormat, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(home.resolve("bin/tailrace").toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().put("TAILRACE_LOG_FORMAT", logFormat);
    return builder.start();
  }

  private String run(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s: %s", String.join(" ", command), said).isZero();
    return said;
  }
}
