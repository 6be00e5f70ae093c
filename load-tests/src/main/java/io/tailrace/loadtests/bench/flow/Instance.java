package io.tailrace.loadtests.bench.flow;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tailrace.loadtests.bench.Floor;
import io.tailrace.topology.config.TailraceConfig;
import io.tailrace.topology.instance.Engine;
import java.io.IOException;
import java.util.Collection;

/**
 * An instance, or the floor, in a separate process, so that the cost of the process is its own
 * cost. Configured by environment variables. Prints a {@link Sample} ten times a second and exits
 * when its standard input ends.
 */
final class Instance {
  /** Prefix of a line with a sample. */
  static final String SAMPLE = "sample ";

  private static final long INTERVAL_MILLIS = 100;

  private Instance() {}

  /**
   * Runs until standard input ends.
   *
   * @param arguments {@code engine}, or {@code floor} and the share to forward
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    TailraceConfig config =
        TailraceConfig.read("", System.getenv())
            .fold(
                faults -> {
                  throw new IllegalArgumentException(String.join("\n", faults));
                },
                valid -> valid);
    if (arguments[0].equals("floor")) {
      try (Floor floor = Floor.start(config, Double.parseDouble(arguments[1]))) {
        report(() -> new long[] {floor.spans(), floor.spans(), 0, 0, 0, 0, floor.exportedBytes()});
      }
    } else {
      try (Engine engine = Engine.start(config)) {
        report(() -> counts(engine.metrics()));
        if (engine.failure().isDone()) {
          throw new IllegalStateException(engine.failure().join());
        }
      }
    }
    System.exit(0);
  }

  private interface Counts {
    long[] now();
  }

  private static void report(Counts counts) throws IOException, InterruptedException {
    ProcessFigures process = new ProcessFigures();
    while (System.in.available() == 0) {
      long[] c = counts.now();
      Sample sample =
          new Sample(
              System.nanoTime(),
              c[0],
              c[1],
              c[2],
              c[3],
              c[4],
              c[5],
              c[6],
              process.cpuNanos(),
              process.jitNanos(),
              process.allocatedBytes(),
              process.heapPeak(),
              process.heapLive(),
              process.rss(),
              process.rssPeak(),
              process.diskBytes());
      System.out.println(SAMPLE + sample.toLine());
      if (System.out.checkError()) {
        return; // the parent process is gone
      }
      Thread.sleep(INTERVAL_MILLIS);
    }
  }

  private static long[] counts(MeterRegistry registry) {
    long spans = count(registry, "tailrace.spans.received");
    long split = count(registry, "tailrace.split.spans");
    return new long[] {
      spans,
      split == 0 ? spans : split,
      count(registry, "tailrace.received"),
      count(registry, "tailrace.traces.decided"),
      (long) registry.get("tailrace.traces.decided").tag("outcome", "sampled").counter().count(),
      (long)
          registry.get("tailrace.buffer.traces").gauges().stream().mapToDouble(Gauge::value).sum(),
      count(registry, "tailrace.exported")
    };
  }

  private static long count(MeterRegistry registry, String name) {
    Collection<Counter> counters = registry.get(name).counters();
    return (long) counters.stream().mapToDouble(Counter::count).sum();
  }
}
