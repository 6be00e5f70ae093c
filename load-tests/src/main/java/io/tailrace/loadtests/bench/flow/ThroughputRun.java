package io.tailrace.loadtests.bench.flow;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/** Runs a scenario once: instances read a filled topic from the beginning at full speed. */
public final class ThroughputRun {
  private static final Duration WITHOUT_PROGRESS = Duration.ofMinutes(3);
  private static final long LOOK_MILLIS = 10;
  private static final Set<String> WRITTEN_BY_COMMITS =
      Set.of("__consumer_offsets", "__transaction_state");

  private final Cluster cluster;
  private final FleetOptions options;
  private final ThroughputPlan plan;
  private final Path directory;

  public ThroughputRun(Cluster cluster, FleetOptions options, ThroughputPlan plan, Path directory) {
    this.cluster = cluster;
    this.options = options;
    this.plan = plan;
    this.directory = directory;
  }

  /**
   * Runs.
   *
   * @param name unique name of the run
   */
  Figures of(Scenario scenario, String name, FilledTopic topic)
      throws IOException, InterruptedException {
    if (!scenario.tailrace()) {
      cluster.create(InstanceSettings.export(name), options.partitions());
    }
    try (Fleet fleet =
        new Fleet(
            cluster,
            options,
            name,
            topic.name(),
            scenario,
            plan.decisionWait(),
            plan.keptShare(),
            directory)) {
      return Figures.of(measure(fleet, name, topic), topic);
    } finally {
      cluster.deleteAll(name);
    }
  }

  private Figures.Window measure(Fleet fleet, String run, FilledTopic ingest)
      throws InterruptedException {
    Predicate<String> written =
        topic ->
            WRITTEN_BY_COMMITS.contains(topic)
                || (topic.startsWith(run) && !topic.equals(InstanceSettings.export(run)));
    Sample from = await(fleet, plan.warmUpSpans());
    long brokerFrom = brokerCpuNanos();
    long bytesFrom = cluster.bytes(written);
    // On a busy machine, an instance can read much between two samples, so fewer spans may remain.
    Sample to = await(fleet, Math.min(from.spans() + plan.spans(), ingest.spans()));
    if (to.spans() == from.spans()) {
      throw new IllegalStateException(
          "spans: %,d were read before they could be measured (expected: more --spans)"
              .formatted(ingest.spans()));
    }
    long brokerTo = brokerCpuNanos();
    long bytesTo = cluster.bytes(written);
    return new Figures.Window(
        from, to, bytesTo - bytesFrom, brokerTo < 0 ? -1 : brokerTo - brokerFrom);
  }

  private static Sample await(Fleet fleet, long spans) throws InterruptedException {
    return await(fleet::latest, Sample::spans, spans);
  }

  /**
   * Waits until so many spans are read.
   *
   * @param latest returns the latest figures, or null if there are none yet
   * @throws IllegalStateException without progress for three minutes
   */
  public static <T> T await(Supplier<T> latest, ToLongFunction<T> read, long spans)
      throws InterruptedException {
    long best = -1;
    long bestAt = System.nanoTime();
    while (true) {
      T sample = latest.get();
      if (sample != null && read.applyAsLong(sample) >= spans) {
        return sample;
      }
      long now = System.nanoTime();
      if (sample != null && read.applyAsLong(sample) > best) {
        best = read.applyAsLong(sample);
        bestAt = now;
      } else if (now - bestAt > WITHOUT_PROGRESS.toNanos()) {
        throw new IllegalStateException(
            "stands at " + best + " of " + spans + " spans for " + WITHOUT_PROGRESS);
      }
      Thread.sleep(LOOK_MILLIS);
    }
  }

  private long brokerCpuNanos() {
    return cluster.brokerCpu().map(Duration::toNanos).orElse(-1L);
  }
}
