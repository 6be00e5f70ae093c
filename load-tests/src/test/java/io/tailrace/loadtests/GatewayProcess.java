package io.tailrace.loadtests;

import static org.awaitility.Awaitility.await;

import io.tailrace.topology.TailraceCommand;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** {@code tailrace gateway} in a process of its own, to be killed; ready. */
final class GatewayProcess implements AutoCloseable {
  private final Process process;
  private final int httpPort = freePort();

  GatewayProcess(Map<String, String> settings, Path log) throws IOException {
    int adminPort = freePort();
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1", // it lives for seconds
                "-cp",
                System.getProperty("java.class.path"),
                TailraceCommand.class.getName(),
                "gateway",
                "--grpc-port=-1",
                "--http-port=" + httpPort));
    builder.environment().putAll(settings);
    builder.environment().put("TAILRACE_GATEWAY_ADMIN_PORT", Integer.toString(adminPort));
    process =
        builder
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    URI ready = URI.create("http://127.0.0.1:" + adminPort + "/health/ready");
    HttpClient http = HttpClient.newHttpClient();
    await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(
            () ->
                http.send(
                            HttpRequest.newBuilder(ready).build(),
                            HttpResponse.BodyHandlers.discarding())
                        .statusCode()
                    == 200);
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

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
