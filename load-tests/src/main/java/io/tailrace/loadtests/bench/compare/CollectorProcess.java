package io.tailrace.loadtests.bench.compare;

import io.tailrace.loadtests.FreePorts;
import io.tailrace.loadtests.bench.flow.ProcessFigures;
import io.tailrace.loadtests.bench.flow.PrometheusText;
import io.tailrace.loadtests.bench.flow.Workers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** A running Collector, whose own metrics are read five times a second. */
final class CollectorProcess implements Contender {
  private static final long INTERVAL_MILLIS = 200;
  private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(5);
  private static final long TO_CLOSE_SECONDS = 30;
  private static final int LOG_LINES = 10;

  private final HttpClient http = HttpClient.newHttpClient();
  private final Process process;
  private final Path log;
  private final String configuration;
  private final HttpRequest metrics;
  private final Thread reader;
  private volatile boolean closed;
  private volatile Reading latest;

  /** Configuration of a Collector. */
  interface Configuration {
    /**
     * Returns the document.
     *
     * @param metricsPort port of its Prometheus endpoint
     */
    String text(int metricsPort) throws IOException;
  }

  /**
   * Starts.
   *
   * @param directory for configuration and log; created
   */
  CollectorProcess(CollectorBinary binary, Configuration config, Path directory)
      throws IOException {
    int port = FreePorts.next();
    metrics =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
            .timeout(ANSWERS_WITHIN)
            .build();
    Files.createDirectories(directory);
    Path file = directory.resolve("collector.yaml");
    configuration = config.text(port);
    Files.writeString(file, configuration);
    log = directory.resolve("collector.log");
    process =
        new ProcessBuilder(
                binary.path().toAbsolutePath().toString(), "--config=" + file.toAbsolutePath())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    reader = new Thread(this::read, "collector-metrics");
    reader.setDaemon(true);
    reader.start();
  }

  @Override
  public Reading latest() {
    if (!process.isAlive()) {
      throw new IllegalStateException(
          "the Collector has ended with %d; its last lines:%n%s"
              .formatted(process.exitValue(), lastLines()));
    }
    return latest;
  }

  private void read() {
    while (!closed && process.isAlive()) {
      try {
        String page = http.send(metrics, HttpResponse.BodyHandlers.ofString()).body();
        PrometheusText values = PrometheusText.parse(page);
        latest =
            new Reading(
                System.nanoTime(),
                values.sum("otelcol_receiver_accepted_spans"),
                process.info().totalCpuDuration().map(Duration::toNanos).orElse(-1L),
                ProcessFigures.rssPeak(process.pid()),
                values.sum("otelcol_processor_tail_sampling_sampling_traces_on_memory"));
      } catch (IOException notYet) {
        // It has not started, or is ending.
      } catch (InterruptedException e) {
        return;
      }
      try {
        TimeUnit.MILLISECONDS.sleep(INTERVAL_MILLIS);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  /** Returns the text of its configuration. */
  String configuration() {
    return configuration;
  }

  private String lastLines() {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join(
          System.lineSeparator(),
          lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Stops the Collector like an orchestrator does, with SIGTERM. */
  @Override
  public void close() {
    closed = true;
    process.destroy();
    try {
      process.onExit().orTimeout(TO_CLOSE_SECONDS, TimeUnit.SECONDS).join();
    } catch (CompletionException tooLong) {
      process.destroyForcibly();
    }
    reader.interrupt();
    Workers.join(reader);
  }
}
