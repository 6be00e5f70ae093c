package io.tailrace.loadtests.bench.compare;

import io.tailrace.loadtests.FreePorts;
import io.tailrace.loadtests.bench.compare.Contenders.Side;
import io.tailrace.loadtests.bench.flow.Cluster;
import io.tailrace.loadtests.bench.flow.Figures;
import io.tailrace.loadtests.bench.flow.FleetOptions;
import io.tailrace.loadtests.bench.flow.ProcessFigures;
import io.tailrace.loadtests.bench.flow.RunProcess;
import io.tailrace.loadtests.bench.flow.SpanStream;
import io.tailrace.loadtests.bench.flow.TraceTemplates;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;

/**
 * Sends the same OTLP/HTTP requests at the same rate to Tailrace's gateway or to a Collector, each
 * in a process of its own, and measures CPU, latency and memory. Both write records of one trace to
 * Kafka and answer when Kafka has acknowledged them.
 */
final class GatewayRun {
  private static final long SEED = 5;
  private static final int DISTINCT_REQUESTS = 300; // some 30 MB
  private static final int SPREAD_TRACES = 200; // among which the spans of a request are
  private static final Duration TO_READ = Duration.ofSeconds(5);

  private final Cluster cluster;
  private final FleetOptions options;
  private final CollectorBinary collector;
  private final Path directory;
  private final List<GatewayLoad.Request> requests;

  /**
   * @param collector null if only Tailrace runs
   * @param gzip whether requests are compressed
   */
  GatewayRun(
      Cluster cluster,
      FleetOptions options,
      CollectorBinary collector,
      boolean gzip,
      Path directory)
      throws IOException {
    this.cluster = cluster;
    this.options = options;
    this.collector = collector;
    this.directory = directory;
    requests = requests(new TraceTemplates(options.shape, SEED), gzip);
  }

  /** Rate and time of a turn. */
  record Load(double spansPerSecond, Duration warmUp, Duration measured) {}

  private static List<GatewayLoad.Request> requests(TraceTemplates templates, boolean gzip)
      throws IOException {
    List<GatewayLoad.Request> plain = new ArrayList<>();
    SpanStream stream =
        new SpanStream(
            templates,
            false,
            SPREAD_TRACES,
            SEED,
            (key, value, spans) -> plain.add(new GatewayLoad.Request(value, spans, false)));
    while (plain.size() < DISTINCT_REQUESTS) {
      stream.nextTrace(System.currentTimeMillis());
    }
    if (!gzip) {
      return plain;
    }
    List<GatewayLoad.Request> compressed = new ArrayList<>();
    for (GatewayLoad.Request request : plain) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
        out.write(request.body());
      }
      compressed.add(new GatewayLoad.Request(bytes.toByteArray(), request.spans(), true));
    }
    return compressed;
  }

  /** Describes the requests in one line. */
  String text() {
    double spans = requests.stream().mapToInt(GatewayLoad.Request::spans).average().orElseThrow();
    double bytes = requests.stream().mapToInt(r -> r.body().length).average().orElseThrow();
    return "%.0f spans and %,.0f bytes a request".formatted(spans, bytes);
  }

  /**
   * Runs a turn.
   *
   * @param name unique name of the run
   */
  Figures of(Side side, String name, Load load) throws IOException, InterruptedException {
    String topic = name + "-spans";
    cluster.create(topic, options.partitions());
    int port = FreePorts.next();
    Path own = Files.createDirectories(directory.resolve(name));
    try {
      if (side == Side.TAILRACE) {
        try (RunProcess process = gateway(topic, port, own)) {
          process.awaitReady();
          return measure(process.handle(), topic, port, load);
        }
      }
      try (CollectorProcess process =
          new CollectorProcess(collector, metrics -> config(topic, port, metrics), own)) {
        return measure(process.handle(), topic, port, load);
      }
    } finally {
      cluster.deleteAll(name);
    }
  }

  private RunProcess gateway(String topic, int port, Path own) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("TAILRACE_KAFKA_BOOTSTRAP_SERVERS", cluster.bootstrapServers());
    settings.put("TAILRACE_TOPICS_INGEST", topic);
    settings.put("TAILRACE_INGEST_MODE", "keyed"); // splits requests by trace
    settings.put("TAILRACE_GATEWAY_HTTP_PORT", Integer.toString(port));
    settings.put("TAILRACE_GATEWAY_GRPC_PORT", "-1");
    settings.putAll(options.environment());
    return new RunProcess(options.jvmOptions, "gateway", settings, own.resolve("gateway.log"));
  }

  private String config(String topic, int port, int metricsPort) {
    return """
        receivers:
          otlp: {protocols: {http: {endpoint: "127.0.0.1:%d"}}}
        """
            .formatted(port)
        + new CollectorOutput(
                cluster.bootstrapServers(),
                topic,
                "enabled: false", // answers after the acknowledgement, as the gateway
                "receivers: [otlp]")
            .text(metricsPort);
  }

  private Figures measure(ProcessHandle process, String topic, int port, Load load)
      throws InterruptedException {
    URI target = URI.create("http://127.0.0.1:" + port + "/v1/traces");
    GatewayLoad sender = new GatewayLoad(target, requests, load.spansPerSecond());
    sender.awaitAnswer();
    GatewayLoad.Result warmUp = sender.send(load.warmUp());
    Duration cpuBefore = ProcessFigures.cpuTime(process);
    GatewayLoad.Result result = sender.send(load.measured());
    double cpuMicros = ProcessFigures.cpuTime(process).minus(cpuBefore).toNanos() / 1e3;
    Figures figures = new Figures();
    figures.put("CPU µs/span", cpuMicros / result.spans());
    figures.put("latency p50 ms", (double) result.delays().quantile(0.5));
    figures.put("latency p99 ms", (double) result.delays().quantile(0.99));
    figures.put("RSS peak MB", ProcessFigures.rssPeak(process.pid()) / 1e6);
    figures.put("spans/s", result.spans() / result.seconds());
    figures.put("refused requests", (double) result.refused());
    long acknowledged = sender.firstSpans() + warmUp.spans() + result.spans();
    figures.put("acknowledged spans lost", (double) (acknowledged - written(topic)));
    return figures;
  }

  private long written(String topic) {
    try (ExportedSpans spans =
        new ExportedSpans(cluster.bootstrapServers(), topic, options.partitions())) {
      long sum = 0;
      for (long read = spans.poll(TO_READ, id -> {}); read > 0; ) {
        sum += read;
        read = spans.poll(TO_READ, id -> {});
      }
      return sum;
    }
  }
}
