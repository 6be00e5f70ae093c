package io.tailrace.loadtests.bench.flow;

import io.tailrace.loadtests.FreePorts;
import io.tailrace.topology.cli.TailraceCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
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

/** {@code tailrace run} or {@code gateway} in a separate JVM, stopped like by an orchestrator. */
public final class RunProcess implements AutoCloseable {
  private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(2);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration TO_BE_READY = Duration.ofMinutes(2);
  private static final Duration TO_STOP = Duration.ofSeconds(40); // grace period of the Helm chart

  private final HttpClient http = HttpClient.newHttpClient();
  private final Process process;
  private final Path log;
  private final URI admin;

  /**
   * @param subcommand {@code run} or {@code gateway}
   * @param settings environment variables; other TAILRACE_ variables are removed
   * @param log file to which output is appended
   */
  public RunProcess(
      List<String> jvmOptions, String subcommand, Map<String, String> settings, Path log) {
    this.log = log;
    int adminPort = FreePorts.next();
    admin = URI.create("http://127.0.0.1:" + adminPort);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmOptions);
    command.add("-Dlogback.configurationFile=logback.xml");
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            TailraceCommand.class.getName(),
            subcommand));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.startsWith("TAILRACE_"));
    builder.environment().putAll(settings);
    String port = subcommand.equals("run") ? "TAILRACE_ADMIN_PORT" : "TAILRACE_GATEWAY_ADMIN_PORT";
    builder.environment().put(port, Integer.toString(adminPort));
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the address of a path of the admin port. */
  URI admin(String path) {
    return admin.resolve(path);
  }

  public ProcessHandle handle() {
    return process.toHandle();
  }

  /** Waits until {@code /health/ready} returns 200. */
  public void awaitReady() throws InterruptedException {
    long deadline = System.nanoTime() + TO_BE_READY.toNanos();
    while (!isReady()) {
      if (!process.isAlive()) {
        throw new IllegalStateException(
            "an instance has ended with " + process.exitValue() + ", its log is " + log);
      }
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("not ready after " + TO_BE_READY + ", its log is " + log);
      }
      TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
    }
  }

  /** Sends SIGTERM and waits for the exit. */
  void terminate() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(TO_STOP.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException("still running after " + TO_STOP + ", its log is " + log);
    }
  }

  private boolean isReady() throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(admin("/health/ready")).timeout(ANSWERS_WITHIN).build();
    try {
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
