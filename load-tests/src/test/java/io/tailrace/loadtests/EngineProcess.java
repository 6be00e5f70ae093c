package io.tailrace.loadtests;

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
import org.awaitility.Awaitility;

/** {@code tailrace run} in a process of its own, to be killed. */
final class EngineProcess implements AutoCloseable {
  private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(2);
  private static final Duration WORKS_WITHIN = Duration.ofSeconds(90);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Process process;
  private final int adminPort;

  EngineProcess(Map<String, String> settings, Path log) {
    adminPort = freePort();
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1", // it lives for seconds
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

  boolean isReady() {
    return get("/health/ready") == 200;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Spans that it has split or taken in since its start, committed or not. */
  double spansDone() {
    return sum("tailrace_spans_received_total") + sum("tailrace_split_spans_total");
  }

  /** Waits until it has taken in a span. */
  void awaitWorking() {
    Awaitility.await().atMost(WORKS_WITHIN).until(() -> spansDone() > 0);
  }

  /** Sends the process a signal, {@code STOP} or {@code CONT}. */
  void signal(String name) throws IOException, InterruptedException {
    int code =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
            .inheritIO()
            .start()
            .waitFor();
    if (code != 0) {
      throw new IllegalStateException("kill -" + name + " " + process.pid() + ": exit " + code);
    }
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

  private double sum(String metric) {
    return body("/metrics")
        .lines()
        .filter(line -> line.startsWith(metric))
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
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(ANSWERS_WITHIN).build();
    try {
      return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
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
