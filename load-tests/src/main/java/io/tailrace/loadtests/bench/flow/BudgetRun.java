package io.tailrace.loadtests.bench.flow;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Runs instances over a filled topic and reads their decisions. */
final class BudgetRun {
  private static final Duration WAIT = Duration.ofSeconds(2);
  private static final Duration AGE = Duration.ofHours(2);

  /** A multiple of the intervals in which policies learn, so that runs decide alike. */
  private static final long ALIGNED_MILLIS = 60_000;

  private static final int FIRST_MINUTE = 60;
  private static final Duration IDLE = Duration.ofSeconds(60);

  private final Cluster cluster;
  private final FleetOptions options;
  private final Path directory;
  private final JsonFactory json = new JsonFactory();

  BudgetRun(Cluster cluster, FleetOptions options, Path directory) {
    this.cluster = cluster;
    this.options = options;
    this.directory = directory;
  }

  /**
   * A filled topic.
   *
   * @param traces number of traces, without those at the end
   */
  record Filled(String name, long start, int seconds, long spans, long traces) {}

  Filled fill(String name, BudgetTraffic.Course course, int seconds, long seed)
      throws InterruptedException {
    cluster.create(name, options.partitions());
    long start = (System.currentTimeMillis() - AGE.toMillis()) / ALIGNED_MILLIS * ALIGNED_MILLIS;
    try (Ingest ingest = new Ingest(cluster.bootstrapServers(), name)) {
      BudgetTraffic traffic = new BudgetTraffic(course, seconds, seed);
      traffic.write(start, ingest);
      long traces = ingest.records();
      long spans = ingest.spans();
      traffic.writeEnd(start, options.partitions(), ingest);
      return new Filled(name, start, seconds, spans, traces);
    }
  }

  /**
   * What a run shows.
   *
   * @param cpuMicros CPU time of all instances a span
   */
  record Result(BudgetFigures figures, double cpuMicros) {}

  /**
   * Runs the instances until all traces are decided.
   *
   * @param kills how often the first instance is killed with SIGKILL on the way
   */
  Result run(String name, Filled topic, String policies, int instances, int kills)
      throws IOException, InterruptedException {
    List<InstanceProcess> fleet = new ArrayList<>();
    cluster.create(decisionTopic(name), options.partitions());
    try {
      for (int i = 0; i < instances; i++) {
        fleet.add(start(name, topic, policies, i));
      }
      return decisions(name, topic, policies, fleet, kills);
    } finally {
      fleet.forEach(InstanceProcess::close);
      cluster.deleteAll(name);
    }
  }

  private InstanceProcess start(String name, Filled topic, String policies, int instance)
      throws IOException {
    Path own = directory.resolve(name + "-" + instance);
    Map<String, String> settings =
        InstanceSettings.of(cluster, options, name, topic.name(), Scenario.KEYED, WAIT, own);
    settings.put(
        "TAILRACE_POLICIES_BOOTSTRAP",
        Files.writeString(own.resolve("budget.yaml"), policies).toString());
    settings.put("TAILRACE_TOPICS_DECISIONS", decisionTopic(name));
    return new InstanceProcess(options.jvmOptions, settings, List.of("engine"));
  }

  private static String decisionTopic(String name) {
    return name + "-decisions";
  }

  private Result decisions(
      String name, Filled topic, String policies, List<InstanceProcess> fleet, int kills)
      throws IOException, InterruptedException {
    long due = topic.start() + WAIT.toMillis();
    BudgetFigures figures =
        new BudgetFigures(
            due, due + FIRST_MINUTE * 1_000L, topic.start() + topic.seconds() * 1_000L);
    long decided = 0;
    int killed = 0;
    long last = System.nanoTime();
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(name)) {
      consumer.subscribe(List.of(decisionTopic(name)));
      while (decided < topic.traces()) {
        int before = 0;
        for (var record : consumer.poll(Duration.ofMillis(200))) {
          Decision decision = decision(record.value());
          if (decision.service.equals("end")) {
            continue;
          }
          decided++;
          before++;
          figures.add(decision.service, decision.spans, decision.decidedAt, decision.adjustedCount);
          figures.digest(
              decision.traceId
                  + (decision.decidedAt - topic.start())
                  + " "
                  + decision.adjustedCount);
        }
        long now = System.nanoTime();
        last = before > 0 ? now : last;
        if (now - last > IDLE.toNanos()) {
          throw new IllegalStateException(
              "%d of %d traces are decided, and nothing came for %s"
                  .formatted(decided, topic.traces(), IDLE));
        }
        if (killed < kills && decided > topic.traces() * (killed + 1) / (kills + 1)) {
          fleet.get(0).kill();
          fleet.set(0, start(name, topic, policies, 0));
          killed++;
        }
      }
    }
    TimeUnit.MILLISECONDS.sleep(300); // for the last sample
    double cpu =
        kills > 0
            ? Double.NaN
            : fleet.stream().mapToLong(i -> i.latest().cpuNanos()).sum() / 1e3 / topic.spans();
    return new Result(figures, cpu);
  }

  private static final class Decision {
    private String traceId = "";
    private String service = "";
    private int spans;
    private long decidedAt;
    private double adjustedCount;
  }

  private Decision decision(byte[] value) throws IOException {
    Decision decision = new Decision();
    try (JsonParser parser = json.createParser(value)) {
      while (parser.nextToken() != null) {
        if (parser.currentToken() == JsonToken.FIELD_NAME) {
          String field = parser.currentName();
          parser.nextToken();
          switch (field) {
            case "trace_id" -> decision.traceId = parser.getText();
            case "service" -> decision.service = parser.getText();
            case "spans" -> decision.spans = parser.getIntValue();
            case "decided_at" ->
                decision.decidedAt = Instant.parse(parser.getText()).toEpochMilli();
            case "adjusted_count" -> decision.adjustedCount = parser.getDoubleValue();
            default -> parser.skipChildren();
          }
        }
      }
    }
    return decision;
  }

  private KafkaConsumer<byte[], byte[]> consumer(String name) {
    return new KafkaConsumer<>(
        Map.of(
            "bootstrap.servers", cluster.bootstrapServers(),
            "group.id", name + "-reader-" + UUID.randomUUID(),
            "isolation.level", "read_committed",
            "auto.offset.reset", "earliest",
            "metadata.max.age.ms", "1000"),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }
}
