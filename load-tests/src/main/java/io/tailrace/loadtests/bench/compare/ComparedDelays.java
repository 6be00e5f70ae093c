package io.tailrace.loadtests.bench.compare;

import io.tailrace.loadtests.bench.compare.Contenders.Side;
import io.tailrace.loadtests.bench.compare.Contenders.Work;
import io.tailrace.loadtests.bench.flow.Cluster;
import io.tailrace.loadtests.bench.flow.Delays;
import io.tailrace.loadtests.bench.flow.Figures;
import io.tailrace.loadtests.bench.flow.SteadyTraffic;
import io.tailrace.loadtests.bench.flow.ThroughputRun;
import io.tailrace.loadtests.bench.flow.TraceTemplates;
import io.tailrace.serdes.TraceId;
import java.io.IOException;
import java.time.Duration;

/**
 * Decision delays of a contender at a fixed rate: from the decision wait after the first span was
 * sent until the first span of the trace can be read from the export topic. Wall clock and log time
 * are the same here.
 */
final class ComparedDelays {
  private static final Duration POLL = Duration.ofMillis(20);
  private static final Duration WARM_UP = Duration.ofSeconds(30);

  private final Cluster cluster;
  private final Contenders contenders;
  private final TraceTemplates templates;

  ComparedDelays(Cluster cluster, Contenders contenders, TraceTemplates templates) {
    this.cluster = cluster;
    this.contenders = contenders;
    this.templates = templates;
  }

  /**
   * Runs.
   *
   * @param duration measured time, after the decision wait and a warm-up
   */
  Figures of(Side side, Work work, double spansPerSecond, Duration duration)
      throws IOException, InterruptedException {
    KeptTraces kept = new KeptTraces(templates);
    Delays delays = new Delays();
    try (Contender contender = contenders.start(side, work);
        ExportedSpans exported = contenders.exported(work)) {
      ThroughputRun.await(contender::latest, reading -> 0, 0); // has started
      Contender.Reading from;
      Contender.Reading to;
      long sent;
      try (SteadyTraffic traffic =
          new SteadyTraffic(
              cluster.bootstrapServers(),
              work.ingestTopic(),
              templates,
              work.scenario().keyedInput(),
              spansPerSecond,
              kept)) {
        read(exported, work.decisionWait().plus(WARM_UP), trace -> {});
        from = contender.latest();
        long sentBefore = traffic.sent();
        read(
            exported,
            duration,
            trace -> {
              long now = System.currentTimeMillis();
              kept.firstSent(trace)
                  .ifPresent(at -> delays.add(now - at - work.decisionWait().toMillis()));
            });
        to = contender.latest();
        sent = traffic.sent() - sentBefore;
      }
      ComparedTurn.drain(exported, kept, work.decisionWait());
      double spans = to.spans() - from.spans();
      Figures figures = new Figures();
      figures.put("sent spans/s", sent / (duration.toNanos() / 1e9));
      figures.put(Figures.SPANS_PER_SECOND, spans / ((to.nanos() - from.nanos()) / 1e9));
      figures.put("decision delay p50, ms", delays.quantile(0.5));
      figures.put("decision delay p99, ms", delays.quantile(0.99));
      figures.put("decision delay greatest, ms", delays.quantile(1));
      figures.put("CPU µs/span", (to.cpuNanos() - from.cpuNanos()) / spans / 1e3);
      figures.put("RSS peak MB", to.rssPeak() / 1e6);
      figures.put(ComparedTurn.WAIT, work.decisionWait().toSeconds());
      figures.put("open traces", to.openTraces());
      ComparedTurn.addDifference(figures, kept.difference(exported.byTrace()));
      return figures;
    }
  }

  private static void read(
      ExportedSpans exported, Duration duration, java.util.function.Consumer<TraceId> first) {
    long end = System.nanoTime() + duration.toNanos();
    while (System.nanoTime() < end) {
      exported.poll(POLL, first);
    }
  }
}
