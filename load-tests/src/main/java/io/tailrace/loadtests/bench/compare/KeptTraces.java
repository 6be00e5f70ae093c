package io.tailrace.loadtests.bench.compare;

import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.tailrace.loadtests.bench.flow.SpanStream;
import io.tailrace.loadtests.bench.flow.TracePart;
import io.tailrace.loadtests.bench.flow.TraceTemplates;
import io.tailrace.serdes.TraceId;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The traces that the policies in {@code bench-compared.yaml} keep, computed from the generated
 * traffic without code of Tailrace or the Collector. Thread-safe.
 */
final class KeptTraces implements SpanStream.Watch {
  private static final long SLOW_MILLIS = 2_500;
  private static final BigDecimal REST = new BigDecimal("0.025");
  private static final BigInteger MAX_HASH =
      BigInteger.ONE.shiftLeft(Long.SIZE).subtract(BigInteger.ONE);
  private static final long MAX_KEPT_HASH =
      REST.multiply(new BigDecimal(MAX_HASH)).toBigInteger().longValue();

  /** FNV-1a of 64 bits, RFC 9923, over salt and ID. */
  private static final String SALT = "default-hash-seed";

  private static final long OFFSET_BASIS = 0xcbf29ce484222325L;
  private static final long PRIME = 0x100000001b3L;
  private static final long SALTED = salted();

  private final boolean[] matches;
  private final int[] spans;
  private final Map<TraceId, Kept> kept = new ConcurrentHashMap<>();

  private record Kept(int spans, long firstSent) {}

  /**
   * Difference between the traces that must be exported and those that were.
   *
   * @param expected traces that the policies keep
   * @param expectedSpans their spans
   * @param lostTraces of these, traces without any exported span
   * @param incompleteTraces of these, traces of which some spans are missing
   * @param lostSpans spans missing in both
   * @param extraTraces exported traces that the policies do not keep
   * @param extraSpans spans beyond those of kept traces, such as duplicates
   */
  record Difference(
      long expected,
      long expectedSpans,
      long lostTraces,
      long incompleteTraces,
      long lostSpans,
      long extraTraces,
      long extraSpans) {}

  KeptTraces(TraceTemplates templates) {
    matches = new boolean[templates.traces().size()];
    spans = new int[matches.length];
    for (int i = 0; i < matches.length; i++) {
      List<Span> all = spansOf(templates.traces().get(i));
      spans[i] = all.size();
      matches[i] = matches(all);
    }
  }

  @Override
  public void sent(long high, long low, int template) {
    if (matches[template] || Long.compareUnsigned(hash(high, low), MAX_KEPT_HASH) <= 0) {
      kept.computeIfAbsent(
          new TraceId(high, low), id -> new Kept(spans[template], System.currentTimeMillis()));
    }
  }

  /** Returns the number of kept traces so far. */
  int count() {
    return kept.size();
  }

  /** Returns when the first span of a kept trace was sent, in Unix milliseconds. */
  OptionalLong firstSent(TraceId trace) {
    Kept found = kept.get(trace);
    return found == null ? OptionalLong.empty() : OptionalLong.of(found.firstSent);
  }

  /** Compares with the exported number of spans by trace. */
  Difference difference(Map<TraceId, Integer> exported) {
    long expectedSpans = 0;
    long lostTraces = 0;
    long incomplete = 0;
    long lostSpans = 0;
    long extraTraces = 0;
    long extraSpans = 0;
    for (Map.Entry<TraceId, Kept> trace : kept.entrySet()) {
      int wanted = trace.getValue().spans;
      int found = exported.getOrDefault(trace.getKey(), 0);
      expectedSpans += wanted;
      lostTraces += found == 0 ? 1 : 0;
      incomplete += found > 0 && found < wanted ? 1 : 0;
      lostSpans += Math.max(0, wanted - found);
      extraSpans += Math.max(0, found - wanted);
    }
    for (TraceId trace : exported.keySet()) {
      extraTraces += kept.containsKey(trace) ? 0 : 1;
    }
    return new Difference(
        kept.size(), expectedSpans, lostTraces, incomplete, lostSpans, extraTraces, extraSpans);
  }

  private static boolean matches(List<Span> spans) {
    long start = spans.stream().mapToLong(Span::getStartTimeUnixNano).min().orElseThrow();
    long end = spans.stream().mapToLong(Span::getEndTimeUnixNano).max().orElseThrow();
    return TimeUnit.NANOSECONDS.toMillis(end - start) >= SLOW_MILLIS
        || spans.stream()
            .anyMatch(
                span ->
                    span.getStatus().getCode() == Status.StatusCode.STATUS_CODE_ERROR
                        || (has(span, "customer.tier", "gold")
                            && has(span, "http.route", "/checkout")));
  }

  private static boolean has(Span span, String key, String value) {
    for (KeyValue attribute : span.getAttributesList()) {
      if (attribute.getKey().equals(key)) {
        return attribute.getValue().getStringValue().equals(value);
      }
    }
    return false;
  }

  private static List<Span> spansOf(List<TracePart> parts) {
    List<Span> spans = new ArrayList<>();
    for (TracePart part : parts) {
      try {
        spans.addAll(ScopeSpans.parseFrom(part.spans()).getSpansList());
      } catch (InvalidProtocolBufferException e) {
        throw new IllegalStateException("a template's own encoding", e);
      }
    }
    return spans;
  }

  private static long salted() {
    long hash = OFFSET_BASIS;
    for (byte b : SALT.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * PRIME;
    }
    return hash;
  }

  private static long hash(long high, long low) {
    long hash = SALTED;
    for (long half : new long[] {high, low}) {
      for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
        hash = (hash ^ (half >>> shift & 0xff)) * PRIME;
      }
    }
    return hash;
  }
}
