package io.tailrace.topology.meters;

import io.micrometer.core.instrument.MeterRegistry;
import io.tailrace.policies.Decision;
import io.tailrace.serdes.Verdict;
import io.tailrace.topology.sampling.OpenTrace;
import io.tailrace.topology.sampling.PolicyVersion;

/**
 * The meters of one task, from its start to {@link #close}: its gauges, and those of the policies
 * that judge in it. Tasks whose policies have the same name share a counter, which counts for the
 * instance and so outlives them: it must not fall when a task leaves. Not thread-safe.
 */
public final class TaskMeters implements AutoCloseable {
  private final MeterRegistry registry;
  private final SamplerMetrics instance;
  private final TaskGauges gauges;
  private PolicyMeters policies;

  TaskMeters(MeterRegistry registry, SamplerMetrics instance, TaskGauges gauges) {
    this.registry = registry;
    this.instance = instance;
    this.gauges = gauges;
  }

  public TaskGauges gauges() {
    return gauges;
  }

  /** From now on this version judges in the task. */
  public void judging(PolicyVersion version) {
    policies = new PolicyMeters(registry, version.set());
    gauges.judging(version.number());
  }

  /**
   * A trace was decided by the version that judges.
   *
   * @param outcome the decision's, unless the trace is kept by hand
   */
  public void decided(
      OpenTrace trace,
      PolicyVersion version,
      Decision decision,
      Decision.Outcome outcome,
      Verdict verdict) {
    instance.decided(trace, version, decision, outcome, verdict);
    policies.count(decision, trace);
  }

  @Override
  public void close() {
    gauges.close();
  }
}
