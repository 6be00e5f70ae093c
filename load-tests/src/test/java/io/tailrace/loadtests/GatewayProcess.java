package io.tailrace.loadtests;

import static org.awaitility.Awaitility.await;

import io.tailrace.topology.cli.TailraceCommand;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** {@code tailrace gateway} in a process of its own, to be killed. */
final class GatewayProcess implements AutoCloseable {
  private final Process process;
  private final HttpClient http = HttpClient.newHttpClient();
  private final int httpPort = FreePorts.next();
  private final int adminPort = FreePorts.next();

  GatewayProcess(Map<String, String> settings, Path log) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ShortLived.jvmOptions("128m"));
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            TailraceCommand.class.getName(),
            "gateway",
            "--grpc-port=-1",
            "--http-port=" + httpPort));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(settings);
    builder.environment().put("TAILRACE_GATEWAY_ADMIN_PORT", Integer.toString(adminPort));
    process =
        builder
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
  }

  /** Waits until it takes requests. */
  GatewayProcess awaitReady() {
    await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(() -> health("ready").statusCode() == 200);
    return this;
  }

  /**
   * What {@code /health/live} or {@code /health/ready} answers.
   *
   * @throws IOException if nothing answers
   */
  HttpResponse<String> health(String which) throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + adminPort + "/health/" + which);
    return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  URI traces() {
    return URI.create("http://127.0.0.1:" + httpPort + "/v1/traces");
  }

  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** Sends SIGTERM; returns the exit code. */
  int terminate() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      throw new AssertionError("still running after 30 s");
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
