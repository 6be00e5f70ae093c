package io.tailrace.topology.simulate;

import io.tailrace.policies.Decision;
import io.tailrace.serdes.TraceId;
import io.tailrace.serdes.Verdict;
import io.tailrace.topology.sampling.OpenTrace;
import io.tailrace.topology.sampling.PolicyVersion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Pairs the verdicts of two simulations of the same spans. The sets may have different waits, so
 * the earlier verdict waits for the other. Amounts are those at the verdict, without late spans. A
 * verdict that a late span turns counts as turned only until the other set has decided. Not
 * thread-safe.
 */
final class SimulationComparison {
  private static final int EXAMPLES = 10;

  private final Map<TraceId, First> pending = new HashMap<>();
  private final Amount both = new Amount();
  private final OneSided first = new OneSided();
  private final OneSided second = new OneSided();

  /** Returns the outcomes of the first simulation. */
  SimulationTally.Listener first() {
    return new Side(true);
  }

  /** Returns the outcomes of the second simulation. */
  SimulationTally.Listener second() {
    return new Side(false);
  }

  private final class Side implements SimulationTally.Listener {
    private final boolean byFirst;

    Side(boolean byFirst) {
      this.byFirst = byFirst;
    }

    @Override
    public void decided(
        OpenTrace trace, PolicyVersion version, Decision decision, Verdict verdict) {
      SimulationComparison.this.decided(trace, verdict, byFirst);
    }

    @Override
    public void reconsidered(
        OpenTrace trace, PolicyVersion version, Decision decision, Verdict verdict) {
      First earlier = pending.get(new TraceId(trace.high, trace.low));
      if (earlier != null && earlier.byFirst == byFirst) {
        SimulationComparison.this.decided(trace, verdict, byFirst);
      }
    }
  }

  /** Traces kept by both sets, with the amounts at the second verdict. */
  Amount both() {
    return both;
  }

  OneSided onlyFirst() {
    return first;
  }

  OneSided onlySecond() {
    return second;
  }

  private void decided(OpenTrace trace, Verdict verdict, boolean byFirst) {
    boolean kept = verdict.kept();
    TraceId id = new TraceId(trace.high, trace.low);
    First earlier = pending.get(id);
    if (earlier == null || earlier.byFirst == byFirst) {
      // The same side twice: its verdict had expired, and the other's trace lasts still.
      pending.put(id, earlier == null || kept ? new First(byFirst, kept, trace) : earlier);
      return;
    }
    pending.remove(id);
    if (kept && earlier.kept) {
      both.add(trace);
    } else if (kept) {
      (byFirst ? first : second).add(id, trace);
    } else if (earlier.kept) {
      (byFirst ? second : first).add(id, earlier.trace);
    }
  }

  /** Counts traces decided by one side only. Call it when both have finished. */
  void finish() {
    pending.forEach(
        (id, left) -> {
          if (left.kept) {
            (left.byFirst ? first : second).add(id, left.trace);
          }
        });
    pending.clear();
  }

  /** Drops verdicts of one side only, as the other side will not decide these traces. */
  void forgetOneSided() {
    pending.clear();
  }

  private record First(boolean byFirst, boolean kept, OpenTrace trace) {}

  /** Traces kept by one set and not by the other. */
  static final class OneSided {
    private final Amount amount = new Amount();
    private final List<String> examples = new ArrayList<>();

    Amount amount() {
      return amount;
    }

    /** The first few trace ids. */
    List<String> examples() {
      return examples;
    }

    private void add(TraceId id, OpenTrace trace) {
      amount.add(trace);
      if (examples.size() < EXAMPLES) {
        examples.add(id.toHex());
      }
    }
  }
}
