package io.tailrace.loadtests.bench.flow;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.trace.v1.Span;
import io.tailrace.loadtests.bench.flow.SpanPool.PooledSpan;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Template traces of a shape, split into parts by service. */
public final class TraceTemplates {
  private static final int POOL_TRACES = 2_000;
  private static final int MAX_TRACES = 2_000;
  private static final int MAX_SPANS = 60_000; // some 25 MB
  private static final int MAX_SPANS_PER_PART = 256; // below any record limit

  private final List<Emitter> emitters;
  private final List<List<TracePart>> traces = new ArrayList<>();
  private final long endNanos;

  public TraceTemplates(TraceShape shape, long seed) {
    SpanPool pool = new SpanPool(seed, POOL_TRACES);
    emitters = pool.emitters();
    List<List<PooledSpan>> shaped =
        shape == TraceShape.USUAL ? pool.traces() : reshape(shape, pool.traces(), seed);
    endNanos =
        shaped.get(0).stream().mapToLong(s -> s.span().getEndTimeUnixNano()).max().orElseThrow();
    for (List<PooledSpan> trace : shaped) {
      traces.add(parts(withEndAt(endNanos, trace)));
    }
  }

  List<Emitter> emitters() {
    return emitters;
  }

  public List<List<TracePart>> traces() {
    return traces;
  }

  /** Returns the average spans per trace. */
  public double spansPerTrace() {
    return traces.stream()
        .mapToInt(parts -> parts.stream().mapToInt(TracePart::spanCount).sum())
        .average()
        .orElseThrow();
  }

  /** Returns the end time of all templates. */
  long endNanos() {
    return endNanos;
  }

  private static List<PooledSpan> withEndAt(long endNanos, List<PooledSpan> trace) {
    long end = trace.stream().mapToLong(s -> s.span().getEndTimeUnixNano()).max().orElseThrow();
    return trace.stream()
        .map(s -> new PooledSpan(s.emitter(), shifted(s.span(), endNanos - end)))
        .toList();
  }

  private static Span shifted(Span span, long nanos) {
    return span.toBuilder()
        .setStartTimeUnixNano(span.getStartTimeUnixNano() + nanos)
        .setEndTimeUnixNano(span.getEndTimeUnixNano() + nanos)
        .build();
  }

  /** Returns spans of the pool with new parents. */
  private static List<List<PooledSpan>> reshape(
      TraceShape shape, List<List<PooledSpan>> pool, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<PooledSpan> all = pool.stream().flatMap(List::stream).toList();
    List<List<PooledSpan>> shaped = new ArrayList<>();
    long end = all.get(0).span().getEndTimeUnixNano();
    int next = 0;
    int made = 0;
    while (shaped.size() < MAX_TRACES && made < MAX_SPANS) {
      int size = shape.spans(random);
      List<PooledSpan> trace = new ArrayList<>(size);
      ByteString traceId = all.get(next % all.size()).span().getTraceId();
      ByteString root = id(random);
      ByteString previous = ByteString.EMPTY;
      for (int i = 0; i < size; i++) {
        PooledSpan pooled = all.get(next++ % all.size());
        ByteString own = i == 0 ? root : id(random);
        Span.Builder span =
            shifted(pooled.span(), end - pooled.span().getEndTimeUnixNano()).toBuilder()
                .setTraceId(traceId)
                .setSpanId(own);
        span.setParentSpanId(shape == TraceShape.DEEP || i == 0 ? previous : root);
        trace.add(new PooledSpan(pooled.emitter(), span.build()));
        previous = own;
      }
      shaped.add(trace);
      made += size;
    }
    return shaped;
  }

  private static ByteString id(SplittableRandom random) {
    return ByteString.copyFrom(ByteBuffer.allocate(8).putLong(0, random.nextLong() | 1));
  }

  private static List<TracePart> parts(List<PooledSpan> trace) {
    Map<Integer, List<Span>> byEmitter = new TreeMap<>();
    for (PooledSpan span : trace) {
      byEmitter.computeIfAbsent(span.emitter(), e -> new ArrayList<>()).add(span.span());
    }
    List<TracePart> parts = new ArrayList<>();
    byEmitter.forEach(
        (emitter, spans) -> {
          for (int from = 0; from < spans.size(); from += MAX_SPANS_PER_PART) {
            int to = Math.min(spans.size(), from + MAX_SPANS_PER_PART);
            parts.add(TracePart.of(emitter, spans.subList(from, to)));
          }
        });
    return parts;
  }
}
