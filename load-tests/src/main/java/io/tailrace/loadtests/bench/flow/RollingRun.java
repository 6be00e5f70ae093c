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
 * Instances that are restarted one after the other, each as soon as the one before is ready, while
 * spans come at a steady rate.
 */
final class RollingRun {
  private static final String ALL_TRACES = "policies: [{name: all, type: always_sample}]";

  /** Time for what is due before a restart, and for what it delays. */
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
   * How much.
   *
   * @param warmUp from the start of the traffic until the first restart; beyond the decision wait
   * @param rounds how often each instance is restarted
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
   * @param instance which, from 0; -1 for the time before the first restart
   * @param stopMillis from SIGTERM until it has ended
   * @param readyMillis from its start until it is ready
   * @param delays of what was due from SIGTERM until that of the next
   */
  record Restart(int instance, long stopMillis, long readyMillis, Delays delays) {}

  /**
   * Runs.
   *
   * @param name of no other run
   * @param each gets every restart, once all of them are over
   * @return spans sent
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
    windows.put(Long.MIN_VALUE, new Delays()); // they start, and are not measured
    List<Restart> restarts = new ArrayList<>();
    try (SteadyTraffic traffic =
            new SteadyTraffic(
                cluster.bootstrapServers(),
                ingest,
                templates,
                load.scenario().keyedInput(),
                load.spansPerSecond());
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
        options.jvmOptions, settings, directory.resolve("instance-" + instance + ".log"));
  }
}
