package io.tailrace.policies.signals;

import io.tailrace.policies.ottl.SpanConditions;
import io.tailrace.policies.span.SpanView;
import java.util.List;

/** Signals of OTTL conditions. Evaluates each condition once per span and sets both of its bits. */
final class SpanSignals {
  private static final int NO_BIT = -1;

  private final Indexed<Signal.Met> met;
  private final int[] failedBits;
  private final int[] owners;
  private final EvaluationTimes times;
  private final boolean needsTime;

  /**
   * @param ownersByBit for each bit, the top-level policy that the evaluation time counts for
   */
  SpanSignals(
      Indexed<Signal.Met> met,
      Indexed<Signal.Failed> failed,
      List<Integer> ownersByBit,
      EvaluationTimes times) {
    this.met = met;
    this.failedBits = new int[met.size()];
    this.owners = new int[met.size()];
    this.times = times;
    boolean mentionsTime = false;
    for (int i = 0; i < met.size(); i++) {
      mentionsTime |= met.signal(i).conditions().mentions("Now");
      owners[i] = ownersByBit.get(met.bit(i));
      failedBits[i] = bitOf(met.signal(i).conditions(), failed);
    }
    needsTime = mentionsTime;
  }

  private static int bitOf(SpanConditions conditions, Indexed<Signal.Failed> failed) {
    for (int i = 0; i < failed.size(); i++) {
      if (failed.signal(i).conditions().equals(conditions)) {
        return failed.bit(i);
      }
    }
    return NO_BIT;
  }

  /** Returns whether the text of a condition contains {@code Now}. May be a false positive. */
  boolean needsTime() {
    return needsTime;
  }

  boolean isEmpty() {
    return met.isEmpty();
  }

  void test(SpanView span, long nowUnixNano, long[] raised, EvaluationTimer timer) {
    timer.begin();
    for (int i = 0; i < met.size(); i++) {
      if (Signals.isRaised(met.bit(i), raised)) {
        continue; // a raised signal stays raised
      }
      switch (met.signal(i).conditions().evaluate(span, nowUnixNano)) {
        case MET -> Signals.raise(met.bit(i), raised);
        case FAILED -> Signals.raise(failedBits[i], raised);
        case NOT_MET -> {}
      }
      timer.lap(times, owners[i]);
    }
  }
}
