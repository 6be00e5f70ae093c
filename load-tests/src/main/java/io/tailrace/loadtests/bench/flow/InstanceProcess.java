package io.tailrace.loadtests.bench.flow;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** {@link Instance} in a separate JVM. Any thread may read its latest sample. */
final class InstanceProcess implements AutoCloseable {
  private static final long TO_CLOSE_SECONDS = 60;

  private final Process process;
  private final Thread reader;
  private volatile Sample latest;

  /**
   * @param jvmOptions JVM options, such as a heap size
   * @param settings environment variables of the instance; other TAILRACE_ variables are removed
   * @param arguments arguments of {@link Instance}
   */
  InstanceProcess(List<String> jvmOptions, Map<String, String> settings, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:-UseDynamicNumberOfCompilerThreads"); // the CPU time of ended threads is lost
    command.addAll(jvmOptions);
    command.add("-Dlogback.configurationFile=logback-load-tests.xml");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Instance.class.getName()));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.startsWith("TAILRACE_"));
    builder.environment().putAll(settings);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    reader = new Thread(this::read, "instance-samples");
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Returns the latest sample, or null if there is none yet.
   *
   * @throws IllegalStateException if the process has exited
   */
  Sample latest() {
    if (!process.isAlive()) {
      throw new IllegalStateException("an instance has ended with " + process.exitValue());
    }
    return latest;
  }

  /** Kills the instance without any chance to react. */
  void kill() {
    process.destroyForcibly().onExit().join();
    Workers.join(reader);
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith(Instance.SAMPLE)) { // skips output of the JVM
          latest = Sample.parse(line.substring(Instance.SAMPLE.length()));
        }
      }
    } catch (IOException ended) {
      return;
    }
  }

  /** Stops the instance gracefully. */
  @Override
  public void close() {
    try (OutputStream stdin = process.getOutputStream()) {
      stdin.write('\n');
    } catch (IOException ended) {
      process.destroyForcibly();
    }
    try {
      process.onExit().orTimeout(TO_CLOSE_SECONDS, TimeUnit.SECONDS).join();
    } catch (CompletionException tooLong) {
      process.destroyForcibly();
    }
    Workers.join(reader);
  }
}
