package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tailrace.topology.TailraceCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * {@code tailrace run} in a process of its own, with a heap of a given size, that is looked at from
 * outside: by its metrics, its memory and its exit code.
 */
final class BoundedEngine implements AutoCloseable {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Duration TO_START = Duration.ofMinutes(1);
  private static final Duration TO_ANSWER = Duration.ofSeconds(5);

  private final Process process;
  private final int adminPort;
  private final Path log;

  BoundedEngine(String maxHeap, Map<String, String> settings, Path log) {
    this.log = log;
    adminPort = freePort();
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + maxHeap,
                "-XX:+ExitOnOutOfMemoryError",
                "-Dlogback.configurationFile=logback.xml", // the delivered one
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

  /** Waits until it reads its partitions; fails with what it said if it ends before. */
  void awaitReady() {
    await()
        .atMost(TO_START)
        .until(
            () -> {
              assertThat(process.isAlive()).as(() -> "alive; it said: " + said()).isTrue();
              return isReady();
            });
  }

  String said() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Whether it serves its metrics. */
  boolean answers() {
    return request("/health/live") != null;
  }

  private boolean isReady() {
    HttpResponse<String> response = request("/health/ready");
    return response != null && response.statusCode() == 200;
  }

  /** Sum of the series of this name whose labels contain this text; 0 while it does not answer. */
  double metric(String name, String labels) {
    HttpResponse<String> response = request("/metrics");
    return response == null
        ? 0
        : response
            .body()
            .lines()
            .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
            .filter(line -> line.contains(labels))
            .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
            .sum();
  }

  double metric(String name) {
    return metric(name, "");
  }

  /** The most memory that the process has had resident so far, in MiB. Linux only. */
  long peakResidentMiB() throws IOException {
    return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) >> 10)
        .findFirst()
        .orElseThrow();
  }

  /** From now on no file of the process can grow beyond this: the errors of a full disk. */
  void limitFiles(long bytes) throws IOException, InterruptedException {
    Process prlimit =
        new ProcessBuilder("prlimit", "--pid", Long.toString(process.pid()), "--fsize=" + bytes)
            .inheritIO()
            .start();
    assertThat(prlimit.waitFor()).as("exit code of prlimit").isZero();
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

  private HttpResponse<String> request(String path) {
    URI uri = URI.create("http://127.0.0.1:" + adminPort + path);
    try {
      return HTTP.send(
          HttpRequest.newBuilder(uri).timeout(TO_ANSWER).build(),
          HttpResponse.BodyHandlers.ofString());
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
