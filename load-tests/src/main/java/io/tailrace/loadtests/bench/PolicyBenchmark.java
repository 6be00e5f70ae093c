package io.tailrace.loadtests.bench;

import io.tailrace.policies.Decision;
import io.tailrace.policies.Judge;
import io.tailrace.policies.PolicySet;
import io.tailrace.policies.policy.TraceFacts;
import io.tailrace.serdes.MalformedOtlpException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Time per trace of a policy set. Alternates between traces, so that the branch predictor and the
 * regex cache see more than one. Log time advances by one millisecond per trace.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PolicyBenchmark {
  private static final int TRACES = 64; // about 400 KB: more would measure the memory

  /** Name of a document; see {@link PolicyDocuments}. */
  @Param("always_sample")
  String document;

  private WireFacts wire;
  private Judge judge;
  private byte[][] records;
  private TraceFacts[] facts;
  private int next;
  private long logTime;

  @Setup
  public void prepare() throws MalformedOtlpException {
    PolicySet set = PolicyDocuments.read(document);
    wire = new WireFacts(set);
    judge = set.newJudge(1, null);
    records = BenchTraces.records(TRACES).toArray(byte[][]::new);
    logTime = BenchTraces.START.toEpochMilli();
    List<TraceFacts> gathered = new ArrayList<>();
    for (byte[] record : records) {
      gathered.add(wire.gather(record, logTime));
    }
    facts = gathered.toArray(TraceFacts[]::new);
  }

  /** Measures the verdict alone, on prepared facts. */
  @Benchmark
  public Decision judge() {
    return judge.decide(facts[turn()], logTime);
  }

  /** Measures from the bytes of a trace in one record to the verdict. */
  @Benchmark
  public Decision gatherAndJudge() throws MalformedOtlpException {
    byte[] record = records[turn()];
    return judge.decide(wire.gather(record, logTime), logTime);
  }

  private int turn() {
    logTime++;
    next = (next + 1) % TRACES;
    return next;
  }
}
