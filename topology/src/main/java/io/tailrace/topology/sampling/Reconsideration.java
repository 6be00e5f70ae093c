package io.tailrace.topology.sampling;

import io.tailrace.policies.Decision;
import io.tailrace.policies.Judge;
import io.tailrace.serdes.MalformedOtlpException;
import io.tailrace.serdes.RuleMarks;
import io.tailrace.serdes.TraceId;
import io.tailrace.serdes.TraceSummary;
import io.tailrace.serdes.Verdict;
import io.tailrace.serdes.VerdictKind;
import io.tailrace.topology.kafka.LogTimeRate;
import io.tailrace.topology.operations.TraceOutline;
import org.jspecify.annotations.Nullable;

/**
 * Judges a trace again that was not kept, when a late span arrives: all its spans so far, by the
 * policies of the first verdict, without budgets. If they keep it now, its spans are read back from
 * the log, and later ones are late spans of a kept trace. Not thread-safe.
 */
public final class Reconsideration {
  private final Verdicts verdicts;
  private final TaskPolicies policies;
  private final Outcomes outcomes;
  private final ReadBacks readBacks;
  private final LogTimeRate rate;
  private final RecordScan ownScan;
  private @Nullable PolicyVersion judging;
  private @Nullable Judge judge;

  /**
   * @param perSecond maximum number of traces in a second of log time
   */
  public Reconsideration(
      Verdicts verdicts,
      TaskPolicies policies,
      Outcomes outcomes,
      ReadBacks readBacks,
      int perSecond) {
    this.verdicts = verdicts;
    this.policies = policies;
    this.outcomes = outcomes;
    this.readBacks = readBacks;
    this.rate = new LogTimeRate(perSecond);
    this.ownScan = new RecordScan(policies.layout());
  }

  /**
   * Returns the facts to store in the verdict on a trace that is not kept; null if there are none.
   */
  static @Nullable TraceSummary summary(OpenTrace trace, PolicyVersion version) {
    return version.set().reconsidersLate() ? summaryOf(trace, version) : null;
  }

  private static TraceSummary summaryOf(OpenTrace trace, PolicyVersion version) {
    long[] raised = new long[version.set().signals().words()];
    if (raised.length > 0) {
      trace.copyRaised(raised);
    }
    return new TraceSummary(
        version.set().signals().identity(),
        raised,
        trace.firstSeen,
        trace.followsAnother,
        trace.spanCount,
        trace.bytes,
        trace.startUnixNanos(),
        trace.endUnixNanos(),
        trace.explicitRandomness());
  }

  /**
   * Returns the verdict that late spans of a trace follow: the one that they arrive under, or one
   * that keeps the trace because of them. With the latter, they are late spans of a kept trace, and
   * all before them are read back.
   *
   * @param verdict verdict on the trace that {@link Verdicts#holds}
   * @param offset offset of their record
   */
  Verdict late(
      TraceId id, Verdict verdict, RecordScan scan, int scanned, long logTime, long offset) {
    if (verdict.kind() == VerdictKind.RECONSIDERED && verdict.position() == offset) {
      readBacks.repeated(id, verdict);
    }
    Late late = begin(id, verdict);
    if (late == null) {
      return verdict;
    }
    late.add(scan, scanned, logTime);
    return late.judged(verdict, offset);
  }

  /** Begins with the spans of a trace so far; null if nothing can turn its verdict. */
  @Nullable Late begin(TraceId id, Verdict verdict) {
    TraceSummary summary = verdict.summary();
    if (summary == null) {
      return null;
    }
    PolicyVersion version = policies.decided(verdict, summary);
    return version == null ? null : new Late(id, verdict, summary, version);
  }

  /** A trace with its late spans. */
  final class Late {
    private final TraceId id;
    private final Verdict verdict;
    private final PolicyVersion version;
    private final OpenTrace whole;
    private final TraceOutline outline = new TraceOutline();
    private final TraceSummary before;
    private final boolean hadAChance;
    private long logTime;

    private Late(TraceId id, Verdict verdict, TraceSummary summary, PolicyVersion version) {
      this.id = id;
      this.verdict = verdict;
      this.version = version;
      this.whole = new OpenTrace(id.high(), id.low(), summary.firstSeen(), verdict.firstOffset());
      this.before = summary;
      whole.outline = outline;
      whole.restore(summary);
      Decision first = judge(version).decide(whole, verdict.decidedAt());
      // Traces like this that chance has kept stand for it already.
      hadAChance = judge(version).abstains() || first.isByChance();
    }

    void add(RecordScan scan, int scanned, long atLogTime) {
      logTime = Math.max(logTime, atLogTime);
      byte[] piece = scan.pieces.piece(scanned);
      if (scan.layout().signals.equals(version.set().signals())) {
        add(scan, scanned, piece.length);
      } else {
        add(scanned(piece, version), 0, piece.length);
      }
    }

    private void add(RecordScan scan, int scanned, int bytes) {
      scan.count(scanned, whole);
      whole.restoreRandomness(before); // chance must not be drawn again
      scan.raise(scanned, whole);
      scan.outline(scanned, outline);
      whole.bytes += bytes;
    }

    /** Whether the policies keep the trace with the spans so far. */
    boolean isWanted() {
      return decision().outcome() == Decision.Outcome.SAMPLED;
    }

    private Decision decision() {
      return judge(version).decide(whole, verdict.decidedAt());
    }

    /** Returns the verdict with the facts of all spans so far. */
    Verdict noted() {
      return verdict.summarized(summaryOf(whole, version));
    }

    /**
     * Judges the trace and returns the verdict that it has now.
     *
     * @param former verdict without the spans that are not read back
     * @param position first offset of spans that are not read back
     */
    Verdict judged(Verdict former, long position) {
      Decision decision = decision();
      if (decision.outcome() == Decision.Outcome.SAMPLED) {
        Verdict turned = turned(this, position, decision);
        if (turned != null) {
          outcomes.reconsidered(whole, version, decision, turned, former);
          return turned;
        }
      }
      Verdict noted = noted();
      verdicts.put(id.high(), id.low(), noted);
      return noted;
    }
  }

  /** Keeps the trace, unless that would be too many. Returns null if so. */
  private @Nullable Verdict turned(Late late, long position, Decision decision) {
    Verdict former = late.verdict;
    PolicyVersion version = late.version;
    Verdict turned =
        new Verdict(
                VerdictKind.RECONSIDERED,
                true,
                DueRounds.credited(decision, version),
                version.number(),
                former.decidedAt(), // so that it expires at a time that the log determines
                former.firstOffset(),
                position)
            .weighted(
                DueRounds.weight(late.whole, decision, version, late.hadAChance),
                DueRounds.subPolicy(decision, version, false));
    if (version.set().hasRules()) {
      turned = turned.marked(new RuleMarks(RuleMarks.Trigger.LATE_SPAN, ""));
    }
    if (former.isReopened()) { // spans after its expiry are those of another trace
      turned = turned.reopened(former.reopenedAt(), false);
    }
    if (!rate.hasRoom(late.logTime)
        || !readBacks.want(late.id, turned, late.whole.followsAnother)) {
      outcomes.notReconsidered();
      return null;
    }
    rate.count();
    verdicts.put(late.id.high(), late.id.low(), turned);
    return turned;
  }

  private RecordScan scanned(byte[] piece, PolicyVersion version) {
    if (!ownScan.layout().signals.equals(version.set().signals())) {
      ownScan.use(ownScan.layout().next(version.set().signals()));
    }
    try {
      ownScan.scan(piece);
      return ownScan;
    } catch (MalformedOtlpException e) {
      throw new IllegalStateException("spans of a record that was read cannot be read", e);
    }
  }

  private Judge judge(PolicyVersion version) {
    Judge current = judge;
    if (current == null || !version.equals(judging)) {
      current = version.set().newContentJudge();
      judge = current;
      judging = version;
    }
    return current;
  }
}
