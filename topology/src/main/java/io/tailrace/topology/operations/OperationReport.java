package io.tailrace.topology.operations;

import java.util.List;

/**
 * Counts of one operation since the start of an instance, or their sum over instances.
 *
 * @param kind span kind, as {@code SPAN_KIND_SERVER}
 * @param calls entry spans of decided traces
 * @param errors those with an error status
 * @param failed those of traces with any error; of a late span, in its record
 * @param kept those of kept traces
 * @param weighted those that were kept with a known probability
 * @param weight sum of the adjusted counts of these
 * @param seconds sum of the durations
 * @param buckets calls by duration; see {@link OperationsReport#bounds}
 * @param policies policies credited with the kept ones, largest first; in a sum the first five
 * @param recent latest kept traces, latest first
 */
public record OperationReport(
    String service,
    String operation,
    String kind,
    long calls,
    long errors,
    long failed,
    long kept,
    long weighted,
    double weight,
    double seconds,
    List<Long> buckets,
    List<Keeps> policies,
    List<Recent> recent) {

  /** Returns the same with the first of the policies. */
  OperationReport withPolicies(int max) {
    return new OperationReport(
        service,
        operation,
        kind,
        calls,
        errors,
        failed,
        kept,
        weighted,
        weight,
        seconds,
        buckets,
        List.copyOf(policies.subList(0, Math.min(max, policies.size()))),
        recent);
  }

  /** Kept calls that are credited to a policy. */
  public record Keeps(String policy, long kept) {}

  /**
   * Kept trace.
   *
   * @param at wall-clock time at which it was counted, Unix milliseconds
   */
  public record Recent(String traceId, long at) {}
}
