package io.tailrace.loadtests.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.ScalarResult;

/**
 * Measures the CPU time of the measuring thread per operation, in nanoseconds. JMH measures wall
 * time, which on a busy machine mostly measures other processes.
 */
public final class CpuTime implements InternalProfiler {
  static final String LABEL = "cpu";
  private static final String THREADS = "jmh-worker"; // part of JMH's thread names

  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private long before;

  @Override
  public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
    before = workerNanos();
  }

  @Override
  public List<ScalarResult> afterIteration(
      BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
    double nanos = (double) (workerNanos() - before) / result.getMetadata().getAllOps();
    return List.of(new ScalarResult(LABEL, nanos, "ns/op", AggregationPolicy.AVG));
  }

  @Override
  public String getDescription() {
    return "processor time of an operation";
  }

  private long workerNanos() {
    long nanos = 0;
    for (long id : threads.getAllThreadIds()) {
      var info = threads.getThreadInfo(id);
      if (info != null && info.getThreadName().contains(THREADS)) {
        nanos += Math.max(0, threads.getThreadCpuTime(id));
      }
    }
    return nanos;
  }
}
