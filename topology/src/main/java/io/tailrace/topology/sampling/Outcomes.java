package io.tailrace.topology.sampling;

import io.tailrace.policies.Decision;
import io.tailrace.serdes.Verdict;
import java.util.List;

/** Listener to the outcomes of spans. */
public interface Outcomes {
  /** The first span of a trace was read. */
  void opened();

  /** A trace was decided. The decision is valid during the call only. */
  void decided(OpenTrace trace, PolicyVersion version, Decision decision, Verdict verdict);

  /** A trace was kept, with its spans: the bytes of {@link OpenTraces#read}. */
  void kept(OpenTrace trace, List<byte[]> spans, Verdict verdict);

  /**
   * A trace is decided before its due time.
   *
   * @param group group with the most bytes, which gives up the trace; empty if there is none
   */
  void decidedEarly(EarlyReason reason, String group);

  /**
   * A slot of log time has ended.
   *
   * @param isPutOff whether it was merged into the next, for want of tokens
   */
  default void slotEnded(boolean isPutOff) {}

  /**
   * Spans of a decided trace arrived.
   *
   * @param scanned index of the trace in the scanned record
   * @param spans number of spans
   */
  void late(Verdict verdict, RecordScan scan, int scanned, int spans, long logTime);
}
