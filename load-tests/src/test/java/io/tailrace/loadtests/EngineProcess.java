package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tailrace.topology.cli.TailraceCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * {@code tailrace run} in a process of its own, looked at from outside (metrics, memory, exit code)
 * and killed.
 */
public final class EngineProcess implements AutoCloseable {
  private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(5);
  private static final Duration READY_WITHIN = Duration.ofMinutes(2);
  private static final Duration WORKS_WITHIN = Duration.ofSeconds(90);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Process process;
  private final int adminPort;
  private final Path log;

  /** Settings of one that decides after a second and logs as it is delivered. */
  static Map<String, String> settings(String bootstrapServers, Path stateDir) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("TAILRACE_KAFKA_BOOTSTRAP_SERVERS", bootstrapServers);
    settings.put("TAILRACE_STATE_DIR", stateDir.toString());
    settings.put("TAILRACE_THREADS", "1");
    settings.put("TAILRACE_DECISION_WAIT", "1s");
    settings.put("JAVA_TOOL_OPTIONS", "-Dlogback.configurationFile=logback.xml");
    return settings;
  }

  /** One that lives for seconds. */
  EngineProcess(Map<String, String> settings, Path log) {
    this(ShortLived.jvmOptions("256m"), settings, log);
  }

  /** One as it is delivered, with this much heap. */
  public EngineProcess(String maxHeap, Map<String, String> settings, Path log) {
    this(
        List.of(
            "-Xmx" + maxHeap,
            "-XX:+ExitOnOutOfMemoryError",
            "-Dlogback.configurationFile=logback.xml"),
        settings,
        log);
  }

  private EngineProcess(List<String> jvmOptions, Map<String, String> settings, Path log) {
    this.log = log;
    adminPort = FreePorts.next();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmOptions);
    command.addAll(
        List.of(
            "-cp", System.getProperty("java.class.path"), TailraceCommand.class.getName(), "run"));
    ProcessBuilder builder = new ProcessBuilder(command);
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

  public long pid() {
    return process.pid();
  }

  public int adminPort() {
    return adminPort;
  }

  /** Waits until it reads its partitions; fails with what it said if it ends before. */
  public void awaitReady() {
    await()
        .atMost(READY_WITHIN)
        .until(
            () -> {
              assertThat(process.isAlive()).as(() -> "alive; it said: " + said()).isTrue();
              return isReady();
            });
  }

  /** Waits until it has taken in a span. */
  void awaitWorking() {
    await().atMost(WORKS_WITHIN).until(() -> spansDone() > 0);
  }

  public String said() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Whether its admin port answers. */
  boolean answers() {
    return request("/health/live") != null;
  }

  boolean isReady() {
    HttpResponse<String> response = request("/health/ready");
    return response != null && response.statusCode() == 200;
  }

  /** What it is waiting for before it is ready; empty if it is ready or does not answer. */
  String waitsFor() {
    HttpResponse<String> response = request("/health/ready");
    return response == null || response.statusCode() == 200 ? "" : response.body();
  }

  boolean isLive() {
    HttpResponse<String> response = request("/health/live");
    return response != null && response.statusCode() == 200;
  }

  /** Spans that it has split or taken in since its start, committed or not. */
  double spansDone() {
    return metric("tailrace_spans_received_total") + metric("tailrace_split_spans_total");
  }

  double metric(String name) {
    return metric(name, "");
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
    succeed("prlimit", "--pid", Long.toString(process.pid()), "--fsize=" + bytes);
  }

  /** Sends the process a signal, {@code STOP} or {@code CONT}. */
  void signal(String name) throws IOException, InterruptedException {
    succeed("kill", "-" + name, Long.toString(process.pid()));
  }

  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** Sends SIGTERM; returns the exit code. */
  public int terminate(Duration within) throws InterruptedException {
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

  private static void succeed(String... command) throws IOException, InterruptedException {
    int exitCode = new ProcessBuilder(command).inheritIO().start().waitFor();
    assertThat(exitCode).as("exit code of %s", String.join(" ", command)).isZero();
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
}
