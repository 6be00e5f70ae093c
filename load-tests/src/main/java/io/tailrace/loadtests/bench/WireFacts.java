package io.tailrace.loadtests.bench;

import io.tailrace.policies.PolicySet;
import io.tailrace.policies.TraceFacts;
import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.topology.sampling.OpenTrace;
import io.tailrace.topology.sampling.RecordScan;
import io.tailrace.topology.sampling.SignalLayout;

/**
 * Gathers what a policy set wants of a trace from its bytes, as an instance does. Here because the
 * way of a span through an instance is nobody else's business, but what it costs is measured by
 * load-tests. Not thread-safe.
 */
public final class WireFacts {
  private final RecordScan scan;

  public WireFacts(PolicySet set) {
    scan = new RecordScan(new SignalLayout(0, set.signals()));
  }

  /**
   * The facts of the first trace in the record.
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
