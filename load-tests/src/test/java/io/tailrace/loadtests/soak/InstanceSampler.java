package io.tailrace.loadtests.soak;

import io.tailrace.loadtests.EngineProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;

/** Measures an instance from outside. Not thread-safe. */
final class InstanceSampler {
  private static final double MIB = 1 << 20;
  private static final String DELAY = "tailrace_decision_delay_seconds";

  private final long pid;
  private final Proc proc;
  private final AdminClient admin;
  private final Path stateDir;
  private Scrape last;
  private long lastNanos;

  InstanceSampler(EngineProcess engine, Path stateDir) throws IOException, InterruptedException {
    this.pid = engine.pid();
    this.proc = new Proc(engine.pid());
    this.admin = new AdminClient(engine.adminPort());
    this.stateDir = stateDir;
    this.last = admin.metrics();
    this.lastNanos = System.nanoTime();
  }

  /** Measures now; rates and quantiles are those since the last call. */
  Map<Figure, Double> sample() throws IOException, InterruptedException {
    Scrape scrape = admin.metrics();
    long nanos = System.nanoTime();
    Map<Figure, Double> values = new EnumMap<>(Figure.class);
    double resident = proc.residentBytes() / MIB;
    values.put(Figure.RSS, resident);
    values.put(Figure.NATIVE, resident - scrape.sum("jvm_memory_committed_bytes") / MIB);
    values.put(Figure.ROCKSDB, scrape.sum("tailrace_rocksdb_memory_used_bytes") / MIB);
    values.put(Figure.THREADS, (double) proc.threads());
    values.put(Figure.HANDLES, (double) proc.handles());
    values.put(Figure.STATE_DISK, Proc.bytesIn(stateDir) / MIB);
    values.put(Figure.METERS, (double) scrape.size());
    values.put(Figure.DELAY, scrape.quantileSince(last, DELAY, 0.99));
    values.put(Figure.LAG, scrape.sum("tailrace_lag_max_seconds"));
    values.put(Figure.OPEN_TRACES, scrape.sum("tailrace_buffer_traces"));
    double spans = spans(scrape) - spans(last);
    values.put(Figure.SPANS, spans * 1e9 / (nanos - lastNanos));
    double cpuNanos = cpuNanos(scrape) - cpuNanos(last);
    values.put(Figure.CPU, spans > 0 ? cpuNanos / 1e3 / spans : Double.NaN);
    last = scrape;
    lastNanos = nanos;
    return values;
  }

  /** Collects the whole heap, and returns what is left of it, in MiB. */
  double heapAfterCollection() throws IOException, InterruptedException {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    Process process =
        new ProcessBuilder(jcmd, Long.toString(pid), "GC.run")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    int exitCode = process.waitFor();
    if (exitCode != 0) {
      throw new IOException("jcmd " + pid + " GC.run: exit code " + exitCode);
    }
    return admin.metrics().sum("jvm_gc_live_data_size_bytes") / MIB;
  }

  /** The page of its metrics. */
  String page() throws IOException, InterruptedException {
    return admin.get("/metrics");
  }

  Scrape lastScrape() {
    return last;
  }

  private static double spans(Scrape scrape) {
    return scrape.sum("tailrace_spans_received_total");
  }

  private static double cpuNanos(Scrape scrape) {
    return scrape.sum("process_cpu_time_ns_total");
  }
}
