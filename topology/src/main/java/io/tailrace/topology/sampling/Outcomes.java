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
   * Late spans turned the verdict on a trace that was not kept.
   *
   * @param trace all spans so far, the late one included. Its outline is that of the late span
   * @param decision valid during the call only
   * @param verdict verdict that keeps the trace
   * @param former verdict that did not keep it; its summary is that of the spans to read back
   */
  default void reconsidered(
      OpenTrace trace, PolicyVersion version, Decision decision, Verdict verdict, Verdict former) {}

  /** A late span could not turn a verdict, as too many others did. */
  default void notReconsidered() {}

  /**
   * Spans of a decided trace arrived.
   *
   * @param scanned index of the trace in the scanned record
   * @param spans number of spans
   */
  void late(Verdict verdict, RecordScan scan, int scanned, int spans, long logTime);
}
