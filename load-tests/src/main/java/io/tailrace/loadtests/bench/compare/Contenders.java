package io.tailrace.loadtests.bench.compare;

import io.tailrace.loadtests.bench.flow.Cluster;
import io.tailrace.loadtests.bench.flow.Fleet;
import io.tailrace.loadtests.bench.flow.FleetOptions;
import io.tailrace.loadtests.bench.flow.InstanceSettings;
import io.tailrace.loadtests.bench.flow.Scenario;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** Starts Tailrace or the Collector for a turn of the comparison. */
final class Contenders {
  /** Bound of open traces over those expected, so that none is dropped for it. */
  private static final int HEADROOM = 4;

  private final Cluster cluster;
  private final FleetOptions options;
  private final CollectorBinary collector;
  private final Path directory;
  private String lastConfiguration = "";

  Contenders(Cluster cluster, FleetOptions options, CollectorBinary collector, Path directory) {
    this.cluster = cluster;
    this.options = options;
    this.collector = collector;
    this.directory = directory;
  }

  /** What runs. */
  enum Side {
    TAILRACE("Tailrace"),
    COLLECTOR("Collector");

    private final String title;

    Side(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }
  }

  /**
   * Work of a turn.
   *
   * @param run unique name, prefix of all topics except the ingest topic
   * @param decisionWait of Tailrace by log time, of the Collector by wall clock
   * @param traces number of traces to come
   * @param openTraces expected number of open traces
   */
  record Work(
      String run,
      String ingestTopic,
      Scenario scenario,
      Duration decisionWait,
      long traces,
      long openTraces) {}

  /** Starts a contender. */
  Contender start(Side side, Work work) throws IOException, InterruptedException {
    if (side == Side.TAILRACE) {
      return Contender.of(
          new Fleet(
              cluster,
              options,
              work.run,
              work.ingestTopic,
              work.scenario,
              work.decisionWait,
              0,
              directory));
    }
    cluster.create(InstanceSettings.export(work.run), options.partitions());
    CollectorProcess process =
        new CollectorProcess(collector, collectorConfig(work), directory.resolve(work.run));
    lastConfiguration = process.configuration();
    return process;
  }

  private CollectorConfig collectorConfig(Work work) {
    return new CollectorConfig(
        cluster.bootstrapServers(),
        work.run,
        work.ingestTopic,
        work.decisionWait,
        work.traces,
        HEADROOM * work.openTraces,
        options.threads);
  }

  CollectorBinary collector() {
    return collector;
  }

  /** Returns the configuration of the Collector that started last, or an empty text. */
  String lastConfiguration() {
    return lastConfiguration;
  }

  /** Reads what a turn exports. */
  ExportedSpans exported(Work work) {
    return new ExportedSpans(
        cluster.bootstrapServers(), InstanceSettings.export(work.run), options.partitions());
  }

  /** Returns the CPU time of the broker in nanoseconds, or -1. */
  long brokerCpuNanos() {
    return cluster.brokerCpu().map(Duration::toNanos).orElse(-1L);
  }
}
