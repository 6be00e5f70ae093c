package io.tailrace.topology.sampling;

import io.tailrace.policies.Decision;
import io.tailrace.serdes.Verdict;
import java.util.List;

/** Hears what becomes of spans. */
public interface Outcomes {
  /** A trace's first span was seen. */
  void opened();

  /** A trace was decided. The decision is valid during the call only. */
  void decided(OpenTrace trace, PolicyVersion version, Decision decision, Verdict verdict);

  /** One that is kept, with its spans: the bytes of {@link OpenTraces#read}. */
  void kept(OpenTrace trace, List<byte[]> spans, Verdict verdict);

  /** A trace is decided before it is due. */
  void decidedEarly(EarlyReason reason);

  /**
   * Spans came of a trace that is decided.
   *
   * @param scanned index of the trace in the scanned record
   * @param spans how many
   */
  void late(Verdict verdict, RecordScan scan, int scanned, int spans, long logTime);
}
