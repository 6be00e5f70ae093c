package io.tailrace.loadtests;

import static org.awaitility.Awaitility.await;

import io.tailrace.topology.TailraceCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
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

/** {@code tailrace run} in a process of its own, to be killed. */
final class EngineProcess implements AutoCloseable {
  private final Process process;
  private final int adminPort;

  EngineProcess(Map<String, String> settings, Path log) {
    adminPort = freePort();
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                TailraceCommand.class.getName(),
                "run"));
    builder.environment().putAll(settings);
    builder.environment().put("TAILRACE_ADMIN_PORT", Integer.toString(adminPort));
    builder
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until it is ready and has taken in records. */
  void awaitWorking() {
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(100))
        .until(() -> get("/health/ready") == 200 && received() > 0);
  }

  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** Sends SIGTERM; returns the exit code. */
  int terminate(Duration within) throws InterruptedException {
    process.destroy();
    return awaitExit(within);
  }

  int awaitExit(Duration within) throws InterruptedException {
    if (!process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError("still running after " + within);
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private double received() {
    return body("/metrics")
        .lines()
        .filter(line -> line.startsWith("tailrace_spans_received_total"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  private int get(String path) {
    HttpResponse<String> response = request(path);
    return response == null ? 0 : response.statusCode();
  }

  private String body(String path) {
    HttpResponse<String> response = request(path);
    return response == null ? "" : response.body();
  }

  private HttpResponse<String> request(String path) {
    URI uri = URI.create("http://127.0.0.1:" + adminPort + path);
    try {
      return HttpClient.newHttpClient()
          .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException notYet) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
