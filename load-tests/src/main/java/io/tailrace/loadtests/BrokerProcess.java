package io.tailrace.loadtests;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** {@link EmbeddedKafkaProcess} in a separate JVM. */
public final class BrokerProcess implements AutoCloseable {
  private static final String READY = "READY ";

  // One of several brokers moves its leaders before it stops, which takes long on a busy machine.
  private static final Duration TO_EXIT = Duration.ofSeconds(90);

  private final Process process;
  private final String bootstrapServers;

  private BrokerProcess(Process process, String bootstrapServers) {
    this.process = process;
    this.bootstrapServers = bootstrapServers;
  }

  /**
   * Starts the broker and waits until it serves clients.
   *
   * @param temporaryDirectory data directory, unless the arguments set another
   * @param arguments arguments of {@link EmbeddedKafkaProcess}
   */
  public static BrokerProcess start(Path temporaryDirectory, String... arguments)
      throws IOException {
    return start(List.of(), temporaryDirectory, arguments);
  }

  /** Starts the broker as {@link #start(Path, String...)} does, with more options of the JVM. */
  static BrokerProcess start(List<String> jvmOptions, Path temporaryDirectory, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx1g"); // as in Kafka's scripts
    command.addAll(jvmOptions);
    command.add("-Djava.io.tmpdir=" + temporaryDirectory);
    command.add(FreePorts.jvmOption());
    command.addAll(
        List.of(
            "-cp", System.getProperty("java.class.path"), EmbeddedKafkaProcess.class.getName()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    BufferedReader stdout =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String line = stdout.readLine();
    if (line == null || !line.startsWith(READY)) {
      process.destroyForcibly();
      throw new IllegalStateException(
          "first line of the broker process: "
              + line
              + " (expected: READY host:port), exit code "
              + process.onExit().join().exitValue()
              + ", see its standard error");
    }
    return new BrokerProcess(process, line.substring(READY.length()));
  }

  /** Returns {@code host:port} for clients. */
  public String bootstrapServers() {
    return bootstrapServers;
  }

  /** Returns the CPU time so far, if available. */
  public Optional<Duration> cpuTime() {
    return process.info().totalCpuDuration();
  }

  /** Stops the broker gracefully. It deletes its data unless a directory was given. */
  public void interrupt() {
    process.destroy();
    awaitExit();
  }

  void kill() {
    process.destroyForcibly();
    awaitExit();
  }

  private void awaitExit() {
    try {
      process.onExit().orTimeout(TO_EXIT.toSeconds(), TimeUnit.SECONDS).join();
    } catch (CompletionException e) {
      throw new IllegalStateException(
          "broker process " + process.pid() + " did not exit in " + TO_EXIT.toSeconds() + " s", e);
    }
  }

  @Override
  public void close() {
    kill();
  }
}
