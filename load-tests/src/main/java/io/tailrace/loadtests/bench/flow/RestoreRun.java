package io.tailrace.loadtests.bench.flow;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Kills an instance that has open traces and verdicts, and measures the time and CPU from the start
 * of its successor until it decides.
 */
final class RestoreRun {
  static final String OPEN_TRACES = "open traces";
  static final String SECONDS = "seconds";
  static final String CPU_SECONDS = "CPU seconds";
  static final String RSS_PEAK = "RSS peak MB";

  /** Open traces are those of this time. */
  private static final Duration WAIT = Duration.ofSeconds(10);

  private static final int WAITS_IN_RETENTION = 2; // minimum of the configuration
  private static final double MORE_VERDICTS = 1.05; // decided, some of them longer ago
  private static final Duration TO_COMMIT = Duration.ofSeconds(4); // several commit intervals

  /** Until the group has removed the killed instance: the session timeout, and a margin. */
  private static final Duration TO_FORGET = Duration.ofSeconds(12);

  private static final int LAST_TRACES = 200; // some for each partition
  private static final long SEED = 11;

  private final Cluster cluster;
  private final FleetOptions options;
  private final Scenario scenario;
  private final TraceTemplates templates;
  private final Path directory;

  RestoreRun(
      Cluster cluster,
      FleetOptions options,
      Scenario scenario,
      TraceTemplates templates,
      Path directory) {
    this.cluster = cluster;
    this.options = options;
    this.scenario = scenario;
    this.templates = templates;
    this.directory = directory;
  }

  /** State of the killed instance: spans of open traces, and verdicts that are still needed. */
  record State(long openSpans, long verdicts) {}

  /**
   * Returns why a state is not possible, or an empty text.
   *
   * @param spansPerTrace average of the traffic
   */
  static String fault(State state, double spansPerTrace) {
    long least = (long) Math.ceil(WAITS_IN_RETENTION * state.openSpans() / spansPerTrace);
    return state.openSpans() > 0 && state.verdicts() >= least
        ? ""
        : "%d:%d (expected: OPEN_SPANS:VERDICTS with at least %d verdicts, twice the open traces)"
            .formatted(state.openSpans(), state.verdicts(), least);
  }

  /**
   * Runs.
   *
   * @param name unique name of the run
   */
  Figures of(String name, State state) throws IOException, InterruptedException {
    double openTraces = state.openSpans() / templates.spansPerTrace();
    double tracesPerSecond = openTraces / WAIT.toSeconds();
    long traces = (long) (openTraces + MORE_VERDICTS * state.verdicts());
    String ingest = name + "-ingest";
    try {
      FilledTopic topic =
          FilledTopic.fill(
              cluster,
              ingest,
              options.partitions(),
              templates,
              scenario.keyedInput(),
              (long) (traces * templates.spansPerTrace()),
              tracesPerSecond,
              SpanStream.Watch.NONE);
      Map<String, String> settings =
          InstanceSettings.of(
              cluster, options, name, ingest, scenario, WAIT, directory.resolve(name));
      settings.put("TAILRACE_INGEST_IDLE_AFTER", "1h"); // log time stops with the traffic
      settings.put(
          "TAILRACE_VERDICT_RETENTION",
          Math.max(
                  WAITS_IN_RETENTION * WAIT.toMillis(),
                  (long) (state.verdicts() / tracesPerSecond * TimeUnit.SECONDS.toMillis(1)))
              + "ms");
      long open = killed(settings, topic);
      Thread.sleep(TO_FORGET.toMillis());
      makeSomeDue(topic);
      return restarted(settings, open);
    } finally {
      cluster.deleteAll(name);
    }
  }

  /** Reads all, commits, and kills the instance. Returns the number of open traces. */
  private long killed(Map<String, String> settings, FilledTopic topic) throws InterruptedException {
    try (InstanceProcess instance = process(settings)) {
      ThroughputRun.await(instance::latest, Sample::spans, topic.spans());
      Thread.sleep(TO_COMMIT.toMillis());
      long open = instance.latest().openTraces();
      instance.kill();
      return open;
    }
  }

  private void makeSomeDue(FilledTopic topic) {
    long time = topic.end() + WAIT.toMillis() / 10;
    try (Ingest more = new Ingest(cluster.bootstrapServers(), topic.name())) {
      SpanStream stream = new SpanStream(templates, scenario.keyedInput(), 1, SEED, more);
      more.at(time);
      for (int i = 0; i < LAST_TRACES; i++) {
        stream.nextTrace(time);
      }
      stream.finish();
    }
  }

  private Figures restarted(Map<String, String> settings, long open) throws InterruptedException {
    long start = System.nanoTime();
    try (InstanceProcess instance = process(settings)) {
      Sample first = ThroughputRun.await(instance::latest, Sample::decided, 1);
      double seconds = (System.nanoTime() - start) / 1e9;
      Figures figures = new Figures();
      figures.put(OPEN_TRACES, (double) open);
      figures.put(SECONDS, seconds);
      figures.put(CPU_SECONDS, first.cpuNanos() / 1e9);
      figures.put(RSS_PEAK, first.rssPeak() / 1e6);
      return figures;
    }
  }

  private InstanceProcess process(Map<String, String> settings) {
    return new InstanceProcess(options.jvmOptions, settings, List.of("engine"));
  }
}
