package io.tailrace.loadtests.bench.flow;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Restarts instances one after the other under a steady rate of spans, each as soon as the previous
 * one is ready.
 */
final class RollingRun {
  private static final String ALL_TRACES = "policies: [{name: all, type: always_sample}]";

  /** Time to settle before and after a restart. */
  private static final Duration SETTLING = Duration.ofSeconds(15);

  private final Cluster cluster;
  private final FleetOptions options;
  private final TraceTemplates templates;
  private final Path directory;

  RollingRun(Cluster cluster, FleetOptions options, TraceTemplates templates, Path directory) {
    this.cluster = cluster;
    this.options = options;
    this.templates = templates;
    this.directory = directory;
  }

  /**
   * Load of the run.
   *
   * @param warmUp time from the start of the traffic to the first restart, in addition to the
   *     decision wait
   * @param rounds restarts per instance
   */
  record Load(
      Scenario scenario,
      double spansPerSecond,
      Duration decisionWait,
      Duration warmUp,
      int rounds) {}

  /**
   * A restart.
   *
   * @param instance index; -1 for the time before the first restart
   * @param stopMillis time from SIGTERM to exit
   * @param readyMillis time from start to ready
   * @param delays delays of traces due from SIGTERM until the next SIGTERM
   */
  record Restart(int instance, long stopMillis, long readyMillis, Delays delays) {}

  /**
   * Runs.
   *
   * @param name unique name of the run
   * @param each receives every restart after the end of the run
   * @return number of spans sent
   */
  long of(String name, Load load, Consumer<Restart> each) throws IOException, InterruptedException {
    String ingest = name + "-ingest";
    cluster.create(ingest, options.partitions());
    List<RunProcess> instances = new ArrayList<>();
    try {
      for (int i = 0; i < options.instances; i++) {
        instances.add(start(name, ingest, load, i));
      }
      for (RunProcess instance : instances) {
        instance.awaitReady();
      }
      return restartAll(name, ingest, load, instances, each);
    } finally {
      instances.forEach(RunProcess::close);
      cluster.deleteAll(name);
    }
  }

  private long restartAll(
      String name, String ingest, Load load, List<RunProcess> instances, Consumer<Restart> each)
      throws IOException, InterruptedException {
    ConcurrentSkipListMap<Long, Delays> windows = new ConcurrentSkipListMap<>();
    windows.put(Long.MIN_VALUE, new Delays()); // start phase, not measured
    List<Restart> restarts = new ArrayList<>();
    try (SteadyTraffic traffic =
            new SteadyTraffic(
                cluster.bootstrapServers(),
                ingest,
                templates,
                load.scenario().keyedInput(),
                load.spansPerSecond(),
                SpanStream.Watch.NONE);
        ExportWatch watch =
            new ExportWatch(
                cluster.bootstrapServers(),
                InstanceSettings.export(name),
                options.partitions(),
                (due, delay) -> windows.floorEntry(due).getValue().add(delay))) {
      watch.start();
      TimeUnit.MILLISECONDS.sleep(load.decisionWait().plus(load.warmUp()).toMillis());
      restarts.add(new Restart(-1, 0, 0, open(windows)));
      TimeUnit.MILLISECONDS.sleep(SETTLING.toMillis());
      for (int i = 0; i < load.rounds() * options.instances; i++) {
        int instance = i % options.instances;
        Delays delays = open(windows);
        long begin = System.nanoTime();
        instances.get(instance).terminate();
        long ended = System.nanoTime();
        instances.set(instance, start(name, ingest, load, instance));
        instances.get(instance).awaitReady();
        long ready = System.nanoTime();
        restarts.add(new Restart(instance, millis(ended - begin), millis(ready - ended), delays));
      }
      TimeUnit.MILLISECONDS.sleep(SETTLING.toMillis());
      restarts.forEach(each);
      return traffic.sent();
    }
  }

  private static Delays open(ConcurrentSkipListMap<Long, Delays> windows) {
    Delays delays = new Delays();
    windows.put(System.currentTimeMillis(), delays);
    return delays;
  }

  private static long millis(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos);
  }

  private RunProcess start(String name, String ingest, Load load, int instance) throws IOException {
    Path own = directory.resolve(name + "-" + instance);
    Map<String, String> settings =
        InstanceSettings.of(
            cluster, options, name, ingest, load.scenario(), load.decisionWait(), own);
    Path policies = Files.writeString(own.resolve("all.yaml"), ALL_TRACES);
    settings.put("TAILRACE_POLICIES_BOOTSTRAP", policies.toString());
    return new RunProcess(
        options.jvmOptions, "run", settings, directory.resolve("instance-" + instance + ".log"));
  }
}
