package io.tailrace.loadtests.bench.flow;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** Measures delays and memory of instances under a steady rate of spans. */
final class SteadyRun {
  private static final long PACE_MILLIS = 5;
  private static final Duration TO_START = Duration.ofSeconds(90);

  private final Cluster cluster;
  private final FleetOptions options;
  private final TraceTemplates templates;
  private final Path directory;

  SteadyRun(Cluster cluster, FleetOptions options, TraceTemplates templates, Path directory) {
    this.cluster = cluster;
    this.options = options;
    this.templates = templates;
    this.directory = directory;
  }

  /**
   * Load of the run.
   *
   * @param spansPerSecond rate
   * @param decisionWait decision wait of the instances
   * @param warmUp time excluded from the figures; at least the decision wait
   * @param duration measured time
   * @param interval interval of a {@link Point}
   */
  record Load(
      double spansPerSecond,
      Duration decisionWait,
      Duration warmUp,
      Duration duration,
      Duration interval) {}

  /**
   * Figures of an interval.
   *
   * @param second seconds since the start of the measurement
   * @param sentPerSecond spans produced
   * @param receivedPerSecond spans that reached the sampler
   * @param p50Millis median time from due to readable on the export topic
   */
  record Point(
      long second,
      double sentPerSecond,
      double receivedPerSecond,
      long p50Millis,
      long p99Millis,
      long openTraces,
      long heapLive,
      long rss) {}

  /** Result of the run. */
  record Result(List<Point> points, long p50Millis, long p99Millis, long maxMillis, long traces) {}

  /**
   * Runs.
   *
   * @param name unique name of the run
   * @param each receives every interval at its end
   */
  Result of(Scenario scenario, String name, Load load, Consumer<Point> each)
      throws IOException, InterruptedException {
    String ingest = name + "-ingest";
    cluster.create(ingest, options.partitions());
    Fleet fleet =
        new Fleet(cluster, options, name, ingest, scenario, load.decisionWait(), 0, directory);
    try (fleet) {
      awaitStart(fleet);
      return measure(scenario, name, ingest, fleet, load, each);
    } finally {
      cluster.deleteAll(name);
    }
  }

  private static void awaitStart(Fleet fleet) throws InterruptedException {
    long deadline = System.nanoTime() + TO_START.toNanos();
    while (fleet.latest() == null) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("the instances have not started after " + TO_START);
      }
      Thread.sleep(PACE_MILLIS);
    }
  }

  private Result measure(
      Scenario scenario,
      String name,
      String ingestTopic,
      Fleet fleet,
      Load load,
      Consumer<Point> each)
      throws InterruptedException {
    AtomicReference<Delays> current = new AtomicReference<>(new Delays());
    AtomicReference<Delays> all = new AtomicReference<>(new Delays());
    List<Point> points = new ArrayList<>();
    try (SteadyTraffic producing =
            new SteadyTraffic(
                cluster.bootstrapServers(),
                ingestTopic,
                templates,
                scenario.keyedInput(),
                load.spansPerSecond(),
                SpanStream.Watch.NONE);
        ExportWatch watch =
            new ExportWatch(
                cluster.bootstrapServers(),
                InstanceSettings.export(name),
                options.partitions(),
                (due, delay) -> {
                  current.get().add(delay);
                  all.get().add(delay);
                })) {
      watch.start();
      TimeUnit.MILLISECONDS.sleep(load.warmUp().toMillis());
      current.set(new Delays());
      all.set(new Delays());
      long begin = System.nanoTime();
      long lastAt = begin;
      long lastSent = producing.sent();
      Sample last = fleet.latest();
      while (System.nanoTime() - begin < load.duration().toNanos()) {
        TimeUnit.MILLISECONDS.sleep(load.interval().toMillis());
        long now = System.nanoTime();
        long sent = producing.sent();
        Sample sample = fleet.latest();
        Delays delays = current.getAndSet(new Delays());
        double seconds = (now - lastAt) / 1e9;
        Point point =
            new Point(
                TimeUnit.NANOSECONDS.toSeconds(now - begin),
                (sent - lastSent) / seconds,
                (sample.spans() - last.spans()) / ((sample.nanos() - last.nanos()) / 1e9),
                delays.quantile(0.5),
                delays.quantile(0.99),
                sample.openTraces(),
                sample.heapLive(),
                sample.rss());
        points.add(point);
        each.accept(point);
        lastAt = now;
        lastSent = sent;
        last = sample;
      }
    }
    Delays delays = all.get();
    return new Result(
        points, delays.quantile(0.5), delays.quantile(0.99), delays.quantile(1), delays.count());
  }
}
