package io.tailrace.loadtests.bench.flow;

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

/**
 * Measures the CPU that a request to the admin port takes: that of an instance under steady traffic
 * in turns with and without requests.
 */
final class ScrapeRun {
  private static final Duration DECISION_WAIT = Duration.ofSeconds(5);
  private static final Duration TURN = Duration.ofSeconds(15);
  private static final Duration BETWEEN_REQUESTS = Duration.ofMillis(20);
  private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(10);
  private static final double SPANS_PER_SECOND = 200;

  private final HttpClient http = HttpClient.newHttpClient();
  private final Cluster cluster;
  private final FleetOptions options;
  private final TraceTemplates templates;
  private final Path directory;

  ScrapeRun(Cluster cluster, FleetOptions options, TraceTemplates templates, Path directory) {
    this.cluster = cluster;
    this.options = options;
    this.templates = templates;
    this.directory = directory;
  }

  /**
   * Cost of a path.
   *
   * @param bytes size of the last answer
   * @param requests number of requests
   * @param cpuMillis CPU of the instance per request, for each round
   */
  record Cost(String path, long bytes, long requests, List<Double> cpuMillis) {}

  /**
   * Runs.
   *
   * @param name unique name of the run
   */
  List<Cost> of(String name, List<String> paths, Duration warmUp, int rounds)
      throws IOException, InterruptedException {
    String ingest = name + "-ingest";
    cluster.create(ingest, options.partitions());
    Map<String, String> settings =
        InstanceSettings.of(
            cluster, options, name, ingest, Scenario.KEYED, DECISION_WAIT, directory.resolve(name));
    try (RunProcess instance =
            new RunProcess(options.jvmOptions, "run", settings, directory.resolve("instance.log"));
        SteadyTraffic traffic =
            new SteadyTraffic(
                cluster.bootstrapServers(),
                ingest,
                templates,
                true,
                SPANS_PER_SECOND,
                SpanStream.Watch.NONE)) {
      instance.awaitReady();
      for (String path : paths) { // compiles what answers
        turn(instance, path, warmUp);
      }
      List<Cost> costs = new ArrayList<>();
      for (String path : paths) {
        costs.add(cost(instance, path, rounds));
      }
      if (traffic.sent() == 0) {
        throw new IllegalStateException("no spans were sent");
      }
      return costs;
    } finally {
      cluster.deleteAll(name);
    }
  }

  private Cost cost(RunProcess instance, String path, int rounds)
      throws IOException, InterruptedException {
    long requests = 0;
    List<Double> millis = new ArrayList<>();
    Turn last = null;
    for (int round = 0; round < rounds; round++) {
      Turn idle = turn(instance, null, TURN);
      last = turn(instance, path, TURN);
      requests += last.requests;
      millis.add((last.cpuPerSecond() - idle.cpuPerSecond()) * last.seconds / last.requests * 1e3);
    }
    return new Cost(path, last.bytes, requests, millis);
  }

  /** CPU seconds of an instance in some seconds, with so many requests. */
  private record Turn(double cpu, double seconds, long requests, long bytes) {
    double cpuPerSecond() {
      return cpu / seconds;
    }
  }

  /**
   * @param path null for none
   */
  private Turn turn(RunProcess instance, String path, Duration time)
      throws IOException, InterruptedException {
    long begin = System.nanoTime();
    Duration before = ProcessFigures.cpuTime(instance.handle());
    long requests = 0;
    long bytes = 0;
    while (System.nanoTime() - begin < time.toNanos()) {
      if (path != null) {
        bytes = get(instance.admin(path));
        requests++;
      }
      TimeUnit.MILLISECONDS.sleep(BETWEEN_REQUESTS.toMillis());
    }
    double cpu = ProcessFigures.cpuTime(instance.handle()).minus(before).toNanos() / 1e9;
    return new Turn(cpu, (System.nanoTime() - begin) / 1e9, requests, bytes);
  }

  private long get(URI uri) throws IOException, InterruptedException {
    HttpResponse<byte[]> answer =
        http.send(
            HttpRequest.newBuilder(uri).timeout(ANSWERED_WITHIN).build(),
            HttpResponse.BodyHandlers.ofByteArray());
    if (answer.statusCode() != 200) {
      throw new IllegalStateException(uri + ": status " + answer.statusCode() + " (expected: 200)");
    }
    return answer.body().length;
  }
}
