package io.tailrace.policies;

import io.tailrace.policies.policy.Votes;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;

/** Runs a judge slot by slot over generated traces, as a task does. */
final class SlotRuns {
  private final Judge judge;
  private final List<TestTrace> waiting = new ArrayList<>();
  private long now;

  SlotRuns(Judge judge) {
    this.judge = judge;
  }

  /** Lets traces fall due in the next slot. Decides all that wait unless the slot is put off. */
  void slot(List<TestTrace> traces, BiConsumer<TestTrace, Decision> decided) {
    now += PolicySet.SLOT_MILLIS;
    waiting.addAll(traces);
    if (judge.closeSlot(now, waiting)) {
      waiting.forEach(trace -> decided.accept(trace, judge.decideInSlot(trace)));
      waiting.clear();
    }
  }

  /** Returns the number of traces that wait for a slot that was put off. */
  int waiting() {
    return waiting.size();
  }

  static TestTrace trace(SplittableRandom random, int spans) {
    TestTrace trace = TestTrace.ofSpans(spans);
    trace.traceIdHigh = random.nextLong();
    trace.traceIdLow = random.nextLong();
    return trace;
  }

  /** Returns a trace whose randomness is this share of the greatest one. */
  static TestTrace traceAt(double randomness, int spans) {
    TestTrace trace = TestTrace.ofSpans(spans);
    trace.traceIdLow = (long) (randomness * Votes.NEVER);
    return trace;
  }
}
