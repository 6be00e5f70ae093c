package io.tailrace.loadtests.bench.compare;

import io.tailrace.loadtests.bench.compare.Contenders.Side;
import io.tailrace.loadtests.bench.compare.Contenders.Work;
import io.tailrace.loadtests.bench.flow.Figures;
import io.tailrace.loadtests.bench.flow.FilledTopic;
import io.tailrace.loadtests.bench.flow.ThroughputPlan;
import io.tailrace.loadtests.bench.flow.ThroughputRun;
import java.io.IOException;
import java.time.Duration;

/** A turn of the comparison: one contender reads a filled topic at full speed until all is done. */
final class ComparedTurn {
  static final String WAIT = "decision wait, s";
  static final String LOST_SPANS = "spans of kept traces lost";

  /** Time for commits and for ticks of the decision loop. */
  private static final Duration MARGIN = Duration.ofSeconds(20);

  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration LAST_LOOK = Duration.ofSeconds(3);

  private final Contenders contenders;
  private final ThroughputPlan plan;

  ComparedTurn(Contenders contenders, ThroughputPlan plan) {
    this.contenders = contenders;
    this.plan = plan;
  }

  /** Reads a part of the topic and returns the spans per second, without any export. */
  double calibrate(Work work) throws IOException, InterruptedException {
    try (Contender collector = contenders.start(Side.COLLECTOR, work)) {
      long spans = plan.warmUpSpans();
      Contender.Reading from = await(collector, spans / 4);
      Contender.Reading to = await(collector, spans);
      return rate(from, to);
    }
  }

  /**
   * Runs.
   *
   * @param kept traces of the topic that the policies keep
   */
  Figures of(Side side, Work work, FilledTopic topic, KeptTraces kept)
      throws IOException, InterruptedException {
    try (Contender contender = contenders.start(side, work);
        ExportedSpans exported = contenders.exported(work)) {
      Contender.Reading from = await(contender, plan.warmUpSpans());
      long brokerFrom = contenders.brokerCpuNanos();
      Contender.Reading to = await(contender, Math.min(from.spans() + plan.spans(), topic.spans()));
      long brokerTo = contenders.brokerCpuNanos();
      if (to.spans() == from.spans()) {
        throw new IllegalStateException(
            "spans: %,d were read before they could be measured (expected: more --spans)"
                .formatted(topic.spans()));
      }
      await(contender, topic.spans());
      drain(exported, kept, work.decisionWait());
      Contender.Reading end = contender.latest();

      double spans = to.spans() - from.spans();
      double cpu = (to.cpuNanos() - from.cpuNanos()) / spans / 1e3;
      Figures figures = new Figures();
      figures.put(Figures.SPANS_PER_SECOND, rate(from, to));
      figures.put("CPU µs/span", cpu);
      figures.put(
          "CPU µs/span, from start to last export", end.cpuNanos() / 1e3 / (double) topic.spans());
      if (brokerFrom >= 0) {
        double broker = (brokerTo - brokerFrom) / spans / 1e3;
        figures.put("broker CPU µs/span", broker);
        figures.put("CPU with broker µs/span", cpu + broker);
      }
      figures.put("RSS peak MB", end.rssPeak() / 1e6);
      figures.put(WAIT, work.decisionWait().toSeconds());
      figures.put("open traces", to.openTraces());
      addDifference(figures, kept.difference(exported.byTrace()));
      return figures;
    }
  }

  /** Adds what is missing in the export, and what is too much. */
  static void addDifference(Figures figures, KeptTraces.Difference difference) {
    figures.put("traces to keep", difference.expected());
    figures.put("kept traces lost", difference.lostTraces());
    figures.put("kept traces incomplete", difference.incompleteTraces());
    figures.put(LOST_SPANS, difference.lostSpans());
    figures.put("traces kept against policies", difference.extraTraces());
    figures.put("spans duplicated", difference.extraSpans());
  }

  /** Reads until all traces that must be kept are there, or nothing comes for a decision wait. */
  static void drain(ExportedSpans exported, KeptTraces kept, Duration decisionWait) {
    long patience = decisionWait.plus(MARGIN).toNanos();
    long last = System.nanoTime();
    while (System.nanoTime() - last < patience && exported.byTrace().size() < kept.count()) {
      if (exported.poll(POLL, trace -> {}) > 0) {
        last = System.nanoTime();
      }
    }
    last = System.nanoTime();
    while (System.nanoTime() - last < LAST_LOOK.toNanos()) { // for duplicates and late spans
      if (exported.poll(POLL, trace -> {}) > 0) {
        last = System.nanoTime();
      }
    }
  }

  private static Contender.Reading await(Contender contender, long spans)
      throws InterruptedException {
    return ThroughputRun.await(contender::latest, Contender.Reading::spans, spans);
  }

  private static double rate(Contender.Reading from, Contender.Reading to) {
    return (to.spans() - from.spans()) / ((to.nanos() - from.nanos()) / 1e9);
  }
}
