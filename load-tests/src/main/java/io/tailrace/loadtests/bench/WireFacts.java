package io.tailrace.loadtests.bench;

import io.tailrace.policies.PolicySet;
import io.tailrace.policies.policy.TraceFacts;
import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.topology.sampling.OpenTrace;
import io.tailrace.topology.sampling.RecordScan;
import io.tailrace.topology.sampling.SignalLayout;

/**
 * Collects the facts of a trace for a policy set from its bytes, like an instance. Not thread-safe.
 */
public final class WireFacts {
  private final RecordScan scan;

  public WireFacts(PolicySet set) {
    scan = new RecordScan(new SignalLayout(0, set.signals()));
  }

  /**
   * Returns the facts of the first trace in the record.
   *
   * @param firstSeenMillis log time of the record, in milliseconds since the epoch
   */
  public TraceFacts gather(byte[] record, long firstSeenMillis) throws MalformedOtlpException {
    scan.scan(record);
    OpenTrace trace =
        new OpenTrace(scan.spans.traceHigh(0), scan.spans.traceLow(0), firstSeenMillis, 0);
    scan.count(0, trace);
    scan.raise(0, trace);
    trace.bytes = scan.pieces.piece(0).length;
    return trace;
  }
}
