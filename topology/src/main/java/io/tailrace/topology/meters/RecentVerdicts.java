package io.tailrace.topology.meters;

import io.tailrace.policies.Decision;
import io.tailrace.policies.policy.Vote;
import io.tailrace.serdes.ConsistentSampling;
import io.tailrace.serdes.TraceId;
import io.tailrace.serdes.Verdict;
import io.tailrace.topology.sampling.OpenTrace;
import io.tailrace.topology.sampling.PolicyVersion;
import io.tailrace.topology.wire.SpanLine;
import io.tailrace.topology.wire.SpanLines;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sample of the latest verdicts for display. Limits kept and other verdicts per second, so that any
 * further verdict costs one read of the clock. Thread-safe.
 */
public final class RecentVerdicts {
  static final int KEPT = 100;
  static final int NOT_KEPT = 100;
  private static final long MIN_GAP_NANOS = TimeUnit.SECONDS.toNanos(1) / 10;
  private static final int MAX_VOTES = 100;
  private static final long MAX_BYTES_FOR_ROOT = 64 << 10;

  private final InstantSource wallClock;
  private final LongSupplier nanoTime;
  private final Latest kept = new Latest(KEPT);
  private final Latest notKept = new Latest(NOT_KEPT);
  private volatile @Nullable OpenTrace nameless;

  /**
   * Verdict at the time of the decision.
   *
   * @param at wall-clock time, Unix milliseconds
   * @param decidedAt log time
   * @param policy null if none decided
   * @param root name of the root span; null if unknown, as {@code service}
   * @param errors spans with an error status; null if unknown
   * @param adjustedCount number of traces that a kept one represents; null if unknown
   * @param votes by policy, in the order of the document; the first hundred
   */
  public record Line(
      String traceId,
      long at,
      String decision,
      @Nullable String policy,
      long policyVersion,
      String decidedAt,
      int spans,
      long bytes,
      long durationMs,
      @Nullable String root,
      @Nullable String service,
      @Nullable Integer errors,
      @Nullable Double adjustedCount,
      Map<String, String> votes) {
    private Line of(SpanLine span) {
      return new Line(
          traceId,
          at,
          decision,
          policy,
          policyVersion,
          decidedAt,
          spans,
          bytes,
          durationMs,
          span.name(),
          span.service(),
          errors,
          adjustedCount,
          votes);
    }
  }

  RecentVerdicts(InstantSource wallClock, LongSupplier nanoTime) {
    this.wallClock = wallClock;
    this.nanoTime = nanoTime;
  }

  /** Records the decision, within the limits. The decision is valid during the call only. */
  void decided(OpenTrace trace, PolicyVersion version, Decision decision, Verdict verdict) {
    Latest latest = verdict.kept() ? kept : notKept;
    if (latest.isDue(nanoTime.getAsLong())) {
      latest.add(line(trace, version, decision, verdict));
      if (verdict.kept() && trace.rootName() == null && trace.bytes <= MAX_BYTES_FOR_ROOT) {
        nameless = trace;
      }
    }
  }

  /** Adds the root span to the kept trace recorded last, as its spans are available now. */
  public void kept(OpenTrace trace, List<byte[]> spans) {
    if (nameless != trace) {
      return;
    }
    nameless = null;
    SpanLines lines = new SpanLines();
    spans.forEach(lines::add);
    String id = new TraceId(trace.high, trace.low).toHex();
    lines.all().stream()
        .filter(span -> span.parent().isEmpty())
        .findFirst()
        .ifPresent(root -> kept.name(id, root));
  }

  /** Returns the verdicts, latest first. */
  public List<Line> lines() {
    List<Line> lines = new ArrayList<>(kept.copy());
    lines.addAll(notKept.copy());
    lines.sort((a, b) -> Long.compare(b.at(), a.at()));
    return lines;
  }

  private Line line(OpenTrace trace, PolicyVersion version, Decision decision, Verdict verdict) {
    List<String> names = version.set().policyNames();
    Map<String, String> votes = new LinkedHashMap<>();
    for (int policy = 0; policy < Math.min(MAX_VOTES, names.size()); policy++) {
      Vote vote = decision.vote(policy);
      votes.put(names.get(policy), vote.name().toLowerCase(Locale.ROOT));
    }
    long nanos = trace.endUnixNanos() - trace.startUnixNanos();
    return new Line(
        new TraceId(trace.high, trace.low).toHex(),
        wallClock.millis(),
        decision.outcome().name().toLowerCase(Locale.ROOT),
        verdict.policy().isEmpty() ? null : verdict.policy(),
        version.number(),
        Instant.ofEpochMilli(verdict.decidedAt()).toString(),
        trace.spanCount,
        trace.bytes,
        TimeUnit.NANOSECONDS.toMillis(nanos),
        trace.rootName(),
        trace.rootService(),
        trace.errors(),
        count(verdict),
        votes);
  }

  private static @Nullable Double count(Verdict verdict) {
    long threshold = verdict.weight().threshold();
    return verdict.kept() && threshold >= 0 ? ConsistentSampling.adjustedCount(threshold) : null;
  }

  private static final class Latest {
    private final int capacity;
    private final Deque<Line> lines = new ArrayDeque<>();
    private final AtomicLong nextAt = new AtomicLong(Long.MIN_VALUE);

    Latest(int capacity) {
      this.capacity = capacity;
    }

    boolean isDue(long now) {
      long due = nextAt.get();
      return (due == Long.MIN_VALUE || now - due >= 0)
          && nextAt.compareAndSet(due, now + MIN_GAP_NANOS);
    }

    synchronized void add(Line line) {
      if (lines.size() == capacity) {
        lines.removeLast();
      }
      lines.addFirst(line);
    }

    synchronized void name(String traceId, SpanLine root) {
      List<Line> all = copy();
      lines.clear();
      all.forEach(line -> lines.add(line.traceId().equals(traceId) ? line.of(root) : line));
    }

    synchronized List<Line> copy() {
      return List.copyOf(lines);
    }
  }
}
