package io.tailrace.loadtests.bench.flow;

import io.tailrace.serdes.TraceId;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Endless traffic of traces whose parts are interleaved with those of later traces. Keyed: each
 * part is a record. Otherwise, each service sends batches with spans of many traces. Not
 * thread-safe.
 */
public final class SpanStream {
  /** Spans per batch. SDK batches have up to 512, mostly fewer. */
  private static final int BATCH_SPANS = 200;

  /** Receives records. */
  public interface Sink {
    /**
     * Receives a record.
     *
     * @param key null for mixed records
     */
    void record(byte[] key, byte[] value, int spans);
  }

  /** Observes the traffic on the thread that creates it. */
  public interface Watch {
    /** Ignores all traces. */
    Watch NONE = (high, low, template) -> {};

    /**
     * Reports that a part of a trace is sent or enters a batch.
     *
     * @param high bytes 0 to 7 of the trace ID
     * @param low bytes 8 to 15 of the trace ID
     * @param template index in {@link TraceTemplates#traces()}
     */
    void sent(long high, long low, int template);
  }

  private final TraceTemplates templates;
  private final boolean keyed;
  private final Sink sink;
  private final Watch watch;
  private final SplittableRandom random;
  private final List<List<Pending>> later;
  private final List<List<byte[]>> batches = new ArrayList<>();
  private final int[] batchSpans;
  private int next;
  private int turn;

  /**
   * @param spread number of traces among which the parts of one are spread
   */
  public SpanStream(TraceTemplates templates, boolean keyed, int spread, long seed, Sink sink) {
    this(templates, keyed, spread, seed, sink, Watch.NONE);
  }

  /**
   * @param spread number of traces among which the parts of one are spread
   */
  public SpanStream(
      TraceTemplates templates, boolean keyed, int spread, long seed, Sink sink, Watch watch) {
    this.watch = watch;
    this.templates = templates;
    this.keyed = keyed;
    this.sink = sink;
    random = new SplittableRandom(seed);
    later = new ArrayList<>();
    for (int i = 0; i < Math.max(1, spread); i++) {
      later.add(new ArrayList<>());
    }
    templates.emitters().forEach(emitter -> batches.add(new ArrayList<>()));
    batchSpans = new int[batches.size()];
  }

  /** Starts a trace that ends at this time, and sends the next parts. */
  public void nextTrace(long epochMillis) {
    int template = next;
    List<TracePart> trace = templates.traces().get(template);
    next = (next + 1) % templates.traces().size();
    long high = random.nextLong();
    long low = random.nextLong() | 1; // never the invalid ID
    long salt = random.nextLong();
    long shift = TimeUnit.MILLISECONDS.toNanos(epochMillis) - templates.endNanos();
    Origin origin = new Origin(high, low, template);
    for (TracePart part : trace) {
      int slot = (turn + random.nextInt(later.size())) % later.size();
      later.get(slot).add(new Pending(origin, part, part.stamped(high, low, salt, shift)));
    }
    sendTurn();
  }

  /** Sends the remaining parts. */
  void finish() {
    for (int i = 0; i < later.size(); i++) {
      sendTurn();
    }
    sendBatches();
  }

  /** Sends incomplete batches, like a Collector after its batch timeout. */
  void sendBatches() {
    for (int emitter = 0; emitter < batches.size(); emitter++) {
      sendBatch(emitter);
    }
  }

  private void sendTurn() {
    List<Pending> due = later.get(turn);
    for (Pending pending : due) {
      Origin origin = pending.origin;
      watch.sent(origin.high, origin.low, origin.template);
      int emitter = pending.part.emitter();
      if (keyed) {
        byte[] record = templates.emitters().get(emitter).record(List.of(pending.spans));
        sink.record(origin.key(), record, pending.part.spanCount());
      } else {
        batches.get(emitter).add(pending.spans);
        batchSpans[emitter] += pending.part.spanCount();
        if (batchSpans[emitter] >= BATCH_SPANS) {
          sendBatch(emitter);
        }
      }
    }
    due.clear();
    turn = (turn + 1) % later.size();
  }

  private void sendBatch(int emitter) {
    if (batchSpans[emitter] > 0) {
      byte[] record = templates.emitters().get(emitter).record(batches.get(emitter));
      sink.record(null, record, batchSpans[emitter]);
      batches.get(emitter).clear();
      batchSpans[emitter] = 0;
    }
  }

  private record Pending(Origin origin, TracePart part, byte[] spans) {}

  private record Origin(long high, long low, int template) {
    byte[] key() {
      return new TraceId(high, low).toKey();
    }
  }
}
