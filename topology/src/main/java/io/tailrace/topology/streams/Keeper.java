package io.tailrace.topology.streams;

import io.tailrace.serdes.TraceId;
import io.tailrace.serdes.TraceSummary;
import io.tailrace.serdes.Verdict;
import io.tailrace.serdes.VerdictKind;
import io.tailrace.topology.kafka.JsonRecords;
import io.tailrace.topology.keep.KeepOutcome;
import io.tailrace.topology.keep.KeepRequest;
import io.tailrace.topology.keep.KeepRequests;
import io.tailrace.topology.keep.KeepResult;
import io.tailrace.topology.keep.KeepSearch;
import io.tailrace.topology.keep.LinkOutcome;
import io.tailrace.topology.keep.WantedTrace;
import io.tailrace.topology.meters.SamplerMetrics;
import io.tailrace.topology.sampling.OpenTrace;
import io.tailrace.topology.text.PlainText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Serves the keep requests of a task, of people and of kept traces that link to others, and exports
 * traces that late spans turned. Request state, exports, results and verdicts are saved in one
 * transaction. Not thread-safe.
 */
final class Keeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);

  /**
   * Maximum number of requested traces that wait to be read back. Further requests stay on their
   * topic.
   */
  private static final int MAX_WANTED = 100;

  private static final int REQUESTS_PER_TICK = 100;

  /** Log time for which a linked trace without any span so far is waited for. */
  private static final long UNSEEN_FOR_MILLIS = 60_000;

  /** Maximum size of spans that were read back and are not exported yet. They are on the heap. */
  private static final int PARTS_WAITING = 16;

  private final int partition;
  private final KeepServices keeping;
  private final KeepState state;
  private final TaskTraces traces;
  private final TraceExporter exporter;
  private final ProcessorContext<byte[], byte[]> context;
  private final SamplerMetrics metrics;
  private final long uncommittedFrom;

  private final long startedAt;
  private final KeepRequests.Task requests;
  private final BlockingQueue<KeepSearch.Found> found = new LinkedBlockingQueue<>(PARTS_WAITING);
  private final KeepSearch.Task search;

  /**
   * @param committedOffset first offset that was not processed before the restart
   */
  Keeper(
      long committedOffset,
      KeepServices keeping,
      KeepState state,
      TaskTraces traces,
      TraceExporter exporter,
      ProcessorContext<byte[], byte[]> context,
      SamplerMetrics metrics) {
    this.partition = context.taskId().partition();
    this.keeping = keeping;
    this.state = state;
    this.traces = traces;
    this.exporter = exporter;
    this.context = context;
    this.metrics = metrics;
    this.startedAt = context.currentSystemTimeMs();
    this.uncommittedFrom = state.isExactlyOnce() ? Long.MAX_VALUE : committedOffset;
    this.requests = keeping.requests().open(partition, state.position());
    this.search = keeping.search().open(partition, this::handOver);
    state.uncommitted(committedOffset).forEach(this::repeatVerdict);
    state.wanted().forEach(search::submit);
    state.takeUnsubmitted(); // submitted with the others
  }

  /**
   * Restores the verdict of a request, which a crash may have removed while it kept the request.
   */
  private void repeatVerdict(WantedTrace trace) {
    TraceId id = trace.id();
    if (traces.open().find(id.high(), id.low()) == null) {
      traces.verdicts().put(id.high(), id.low(), trace.verdict());
    }
  }

  private void handOver(KeepSearch.Found part) {
    try {
      found.put(part);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  /**
   * Serves new requests and exports what was read back.
   *
   * @param nextOffset first offset of the source partition that is not processed yet
   * @param hasSettled whether late spans can be identified already
   * @param isEmpty whether the partition is known to have had no spans at all
   */
  void tick(long nextOffset, boolean hasSettled, boolean isEmpty) {
    state.forgetDone(context.currentSystemTimeMs());
    state.forgetUnseen(traces.clock().reached(), this::firstSeen);
    List<KeepSearch.Found> parts = new ArrayList<>();
    found.drainTo(parts);
    parts.forEach(part -> export(part, nextOffset));
    state.takeUnsubmitted().forEach(search::submit);
    if (!hasSettled && !isEmpty) {
      return; // requested traces may be among records that are not read yet
    }
    for (int i = 0; i < REQUESTS_PER_TICK && state.requestedCount() < MAX_WANTED; i++) {
      KeepRequest request = requests.poll();
      if (request == null) {
        return;
      }
      if (request.value().isLink()) {
        serveLink(request, nextOffset);
      } else {
        serve(request, nextOffset, hasSettled);
      }
      state.position(request.offset() + 1);
    }
  }

  private OptionalLong firstSeen(TraceId id) {
    OpenTrace trace = traces.open().find(id.high(), id.low());
    return trace == null ? OptionalLong.empty() : OptionalLong.of(trace.firstSeen);
  }

  private boolean isOpen(TraceId id) {
    return traces.open().find(id.high(), id.low()) != null;
  }

  /** Keeps a trace that a kept one links to. Sends no answer. */
  private void serveLink(KeepRequest request, long nextOffset) {
    TraceId id = request.id();
    if (id != null && keeping.partitions().candidates(id).contains(partition)) {
      LinkOutcome outcome = link(id, request, nextOffset);
      metrics.linkAsked(outcome);
      LOG.atDebug()
          .addKeyValue("trace", id)
          .addKeyValue("from", PlainText.orDash(request.value().linkedFrom()))
          .addKeyValue("outcome", outcome.tag())
          .addKeyValue("partition", partition)
          .log("a kept trace links to a trace");
    }
  }

  private LinkOutcome link(TraceId id, KeepRequest request, long nextOffset) {
    if (isOpen(id)) {
      state.mark(id, VerdictKind.LINKED);
      return LinkOutcome.KEPT_WHEN_DUE;
    }
    if (state.wanted(id) != null) {
      return LinkOutcome.ALREADY_KEPT;
    }
    Verdict verdict = traces.verdicts().get(id.high(), id.low(), traces.clock().settled());
    if (verdict == null || verdict.kind() == VerdictKind.KEPT_UNSEEN) {
      return state.markUnseen(id, request.value().linkedAt() + UNSEEN_FOR_MILLIS)
          ? LinkOutcome.NOT_SEEN
          : LinkOutcome.LIMITED;
    }
    if (isPerhapsUnserved(request, verdict)) {
      return state.want(id, verdict, followsAnother(verdict))
          ? LinkOutcome.READ_BACK
          : LinkOutcome.LIMITED;
    }
    if (verdict.kept()) {
      return LinkOutcome.ALREADY_KEPT;
    }
    if (!verdict.policy().isEmpty()) {
      return LinkOutcome.DROPPED;
    }
    Verdict linked =
        traces.rounds().requested(VerdictKind.LINKED, verdict.firstOffset(), nextOffset);
    if (!state.want(id, linked, verdict.summary() == null || followsAnother(verdict))) {
      return LinkOutcome.LIMITED;
    }
    traces.verdicts().put(id.high(), id.low(), linked);
    return LinkOutcome.READ_BACK;
  }

  /**
   * Returns whether a crash may have lost what the verdict promises. Under at-least-once, the
   * ledger can be ahead of the requests; those from before the start are then served again.
   */
  private boolean isPerhapsUnserved(KeepRequest request, Verdict verdict) {
    boolean isReadBack =
        verdict.kind() == VerdictKind.LINKED || verdict.kind() == VerdictKind.KEPT_BY_HAND;
    return isReadBack && verdict.position() >= uncommittedFrom && request.time() < startedAt;
  }

  /** Returns whether spans from the first offset on can follow an earlier verdict, exported. */
  private static boolean followsAnother(Verdict verdict) {
    TraceSummary summary = verdict.summary();
    return summary != null && summary.followsAnother();
  }

  private void serve(KeepRequest request, long nextOffset, boolean hasSettled) {
    TraceId id = request.id();
    LOG.atInfo()
        .addKeyValue("trace", id == null ? PlainText.line(request.key()) : id)
        .addKeyValue("author", PlainText.orDash(request.value().author()))
        .addKeyValue("comment", PlainText.orDash(request.value().comment()))
        .addKeyValue("partition", partition)
        .log("asked to keep a trace");
    if (id == null) {
      answer(request, KeepOutcome.MALFORMED);
    } else if (!keeping.partitions().candidates(id).contains(partition)) {
      answer(request, KeepOutcome.WRONG_PARTITION);
    } else if (isOpen(id)) {
      state.mark(id, VerdictKind.KEPT_WHEN_DUE);
      answer(request, KeepOutcome.KEPT_WHEN_DUE);
    } else if (state.wanted(id) != null) {
      answer(request, KeepOutcome.IN_PROGRESS);
    } else if (!hasSettled) {
      answer(request, KeepOutcome.UNKNOWN); // the trace ID never occurred
    } else {
      serveDecided(request, id, nextOffset);
    }
  }

  private void serveDecided(KeepRequest request, TraceId id, long nextOffset) {
    Verdict verdict = traces.verdicts().get(id.high(), id.low(), traces.clock().settled());
    if (verdict != null && verdict.kind() != VerdictKind.KEPT_UNSEEN) {
      if (isPerhapsUnserved(request, verdict)) {
        readBack(new WantedTrace(id, verdict, false, request.offset(), verdict.firstOffset(), 0));
      } else if (verdict.kept()) {
        answer(request, KeepOutcome.ALREADY_KEPT);
      } else {
        readBack(id, request.offset(), verdict.firstOffset(), nextOffset, followsAnother(verdict));
      }
    } else if (request.value().wantsSearch()) {
      readBack(id, request.offset(), 0, nextOffset, true);
    } else {
      answer(request, KeepOutcome.UNKNOWN);
    }
  }

  /**
   * Records a verdict. Later spans are exported as late spans, and earlier spans are read back, so
   * each span is exported exactly once.
   */
  private void readBack(
      TraceId id, long request, long firstOffset, long nextOffset, boolean isSearched) {
    Verdict verdict = keepByHand(id, VerdictKind.KEPT_BY_HAND, firstOffset, nextOffset);
    readBack(new WantedTrace(id, verdict, isSearched, request, firstOffset, 0));
  }

  private void readBack(WantedTrace trace) {
    state.want(trace);
    search.submit(trace);
    LOG.atInfo()
        .addKeyValue("trace", trace.id())
        .addKeyValue("partition", partition)
        .log("reading a trace back");
  }

  private void export(KeepSearch.Found part, long nextOffset) {
    WantedTrace trace = state.wanted(part.id());
    if (trace == null || trace.verdict().position() != part.position()) {
      return;
    }
    if (!part.pieces().isEmpty()) {
      exporter.exportAgain(part.id(), part.pieces(), trace.verdict());
    }
    WantedTrace after = trace.after(part.next(), part.spans());
    if (!part.isLast()) {
      state.exportedUpTo(after);
      return;
    }
    state.done(part.id(), context.currentSystemTimeMs());
    if (trace.request() == WantedTrace.NO_REQUEST) {
      readBack(after, part);
      return;
    }
    KeepOutcome outcome = outcome(after, part);
    if (outcome == KeepOutcome.UNKNOWN) {
      noteUnseen(trace, nextOffset);
    }
    boolean isCut = outcome == KeepOutcome.EXPORTED && part.isCut();
    answer(part.id().toHex(), trace.request(), outcome, after.exported(), isCut);
  }

  /** Reports that the earlier spans of a trace without a manual request were exported. */
  private void readBack(WantedTrace trace, KeepSearch.Found last) {
    boolean isWhole = trace.exported() > 0 && !last.isCut();
    metrics.readBack(isWhole);
    String why =
        trace.verdict().kind() == VerdictKind.LINKED
            ? "that a kept trace links to"
            : "that a late span made kept";
    LOG.atLevel(isWhole ? Level.DEBUG : Level.WARN)
        .addKeyValue("trace", trace.id())
        .addKeyValue("spans", trace.exported())
        .addKeyValue("partition", partition)
        .log(
            isWhole ? "exported a trace {}" : "the log no longer has all spans of a trace {}", why);
  }

  /**
   * Cancels the request. Late spans are still exported, but a repeated request does not report the
   * trace as kept.
   */
  private void noteUnseen(WantedTrace trace, long nextOffset) {
    TraceId id = trace.id();
    Verdict now = traces.verdicts().get(id.high(), id.low(), traces.clock().settled());
    if (now != null && trace.verdict().equals(now)) {
      keepByHand(id, VerdictKind.KEPT_UNSEEN, now.firstOffset(), nextOffset);
    }
  }

  private Verdict keepByHand(TraceId id, VerdictKind kind, long firstOffset, long nextOffset) {
    Verdict verdict = traces.rounds().requested(kind, firstOffset, nextOffset);
    traces.verdicts().put(id.high(), id.low(), verdict);
    return verdict;
  }

  private static KeepOutcome outcome(WantedTrace trace, KeepSearch.Found last) {
    if (trace.exported() > 0) {
      return KeepOutcome.EXPORTED;
    }
    if (!trace.searched()) {
      return KeepOutcome.GONE;
    }
    return last.anySpans() ? KeepOutcome.ALREADY_KEPT : KeepOutcome.UNKNOWN;
  }

  private void answer(KeepRequest request, KeepOutcome outcome) {
    TraceId id = request.id();
    String key = id == null ? request.key() : id.toHex();
    answer(key, request.offset(), outcome, 0, false);
  }

  private void answer(String id, long request, KeepOutcome outcome, long spans, boolean isCut) {
    metrics.keepAsked(outcome);
    LOG.atInfo()
        .addKeyValue("trace", PlainText.line(id))
        .addKeyValue("outcome", outcome.tag())
        .addKeyValue("spans", spans)
        .addKeyValue("partition", partition)
        .log("answered a request to keep a trace");
    KeepResult result =
        new KeepResult(id, outcome.tag(), spans, isCut ? true : null, partition, request);
    context.forward(
        new Record<>(
            id.getBytes(StandardCharsets.UTF_8),
            JsonRecords.bytes(result),
            context.currentSystemTimeMs()),
        NodeNames.KEEP_RESULTS);
  }

  @Override
  public void close() {
    requests.close();
    search.close();
    found.clear(); // unblocks readers that wait for space
  }
}
