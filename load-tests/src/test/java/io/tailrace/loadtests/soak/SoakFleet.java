package io.tailrace.loadtests.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.loadtests.BrokerProcess;
import io.tailrace.loadtests.EngineProcess;
import io.tailrace.loadtests.TestClients;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A broker and two instances, each in its own process, with retentions of minutes: whatever is
 * bounded by time is full before the warm-up ends, and is dropped and made anew many times.
 */
final class SoakFleet implements AutoCloseable {
  static final Duration DECISION_WAIT = Duration.ofSeconds(10);
  static final int PARTITIONS = 4;
  private static final int INSTANCES = 2;
  private static final Duration TO_STOP = Duration.ofSeconds(60);
  private static final int EXIT_OF_SIGTERM = 143;
  private static final String HEAP = "192m";

  /** Segments of minutes and megabytes, or the retention of minutes would have no effect. */
  private static final List<String> BROKER =
      List.of(
          "log.segment.bytes=4194304",
          "log.roll.ms=60000",
          "log.retention.check.interval.ms=5000",
          "log.segment.delete.delay.ms=1000",
          "log.index.size.max.bytes=262144", // preallocated, four files a partition
          "log.cleaner.backoff.ms=5000",
          "log.cleaner.delete.retention.ms=60000",
          "log.cleaner.min.cleanable.ratio=0.2",
          "offsets.topic.segment.bytes=1048576",
          "transaction.state.log.segment.bytes=1048576");

  private final Path directory;
  private final BrokerProcess broker;
  private final List<EngineProcess> instances = new ArrayList<>();

  SoakFleet(Path directory, boolean keyed, Duration topicRetention) throws IOException {
    this.directory = directory;
    List<String> arguments = new ArrayList<>();
    arguments.add("--dir=" + log());
    BROKER.forEach(property -> arguments.add("--property=" + property));
    broker =
        BrokerProcess.start(
            Files.createDirectories(directory.resolve("tmp")), arguments.toArray(String[]::new));
    try {
      start(keyed, topicRetention);
    } catch (RuntimeException | IOException | Error e) {
      close();
      throw e;
    }
  }

  private void start(boolean keyed, Duration topicRetention) throws IOException {
    Path policies = Files.writeString(directory.resolve("policies.json"), SoakPolicies.BOOTSTRAP);
    for (int i = 0; i < INSTANCES; i++) {
      Map<String, String> settings = settings(keyed, topicRetention, policies);
      settings.put("TAILRACE_STATE_DIR", stateDir(i).toString());
      EngineProcess instance =
          new EngineProcess(HEAP, settings, directory.resolve("engine-" + i + ".log"));
      instances.add(instance);
      instance.awaitReady(); // the first creates the topics
    }
    new TestClients(bootstrapServers()).awaitTopic("tailrace_policies");
  }

  private Map<String, String> settings(boolean keyed, Duration topicRetention, Path policies) {
    Map<String, String> settings = new TreeMap<>();
    // The whole heap is resident from the start, so that resident memory shows the rest.
    settings.put("JAVA_TOOL_OPTIONS", "-Xms" + HEAP + " -XX:+AlwaysPreTouch");
    settings.put("TAILRACE_KAFKA_BOOTSTRAP_SERVERS", bootstrapServers());
    settings.put("TAILRACE_POLICIES_BOOTSTRAP", policies.toString());
    settings.put("TAILRACE_INGEST_MODE", keyed ? "keyed" : "unkeyed");
    settings.put("TAILRACE_THREADS", "1");
    settings.put("TAILRACE_TOPICS_PARTITIONS", Integer.toString(PARTITIONS));
    settings.put("TAILRACE_TOPICS_RETENTION", topicRetention.toSeconds() + "s");
    settings.put("TAILRACE_TOPICS_DECISIONS", "tailrace_decisions");
    settings.put("TAILRACE_DECISION_WAIT", DECISION_WAIT.toSeconds() + "s");
    settings.put("TAILRACE_VERDICT_RETENTION", "1m");
    settings.put("TAILRACE_LIMITS_RECONSIDERED_PER_SECOND", "1000"); // the oracle knows no limit
    settings.put("TAILRACE_OPERATIONS_MAX", "50"); // of a hundred
    settings.put("TAILRACE_BUFFER_HEAP", "1MiB"); // most spans go through windows of RocksDB
    settings.put("TAILRACE_BUFFER_WINDOW", "2s");
    settings.put("TAILRACE_BUFFER_ROCKSDB_MEMORY", "9MiB"); // and many of them through files
    return settings;
  }

  String bootstrapServers() {
    return broker.bootstrapServers();
  }

  ExportCheck.Topics topics() {
    return new ExportCheck.Topics(
        "tailrace_policies",
        "otlp_spans",
        "tailrace_decisions",
        "otlp_spans_sampled",
        "tailrace_dead_letters");
  }

  List<EngineProcess> instances() {
    return instances;
  }

  Path stateDir(int instance) {
    return directory.resolve("state-" + instance);
  }

  /** Directory of the broker's log. */
  Path log() {
    return directory.resolve("kafka");
  }

  /** Stops all instances in order, which must have logged no error. */
  void stop() throws InterruptedException {
    for (EngineProcess instance : instances) {
      assertThat(instance.terminate(TO_STOP)).isEqualTo(EXIT_OF_SIGTERM);
      assertThat(instance.said().lines().filter(line -> line.contains(" ERROR ")))
          .as("errors, but for invalid documents")
          .allMatch(line -> line.contains("refused policies: "));
    }
  }

  @Override
  public void close() {
    instances.forEach(EngineProcess::close);
    broker.close();
  }
}
