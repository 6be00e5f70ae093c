package io.tailrace.topology.streams;

import io.tailrace.serdes.ScopeStamp;
import io.tailrace.serdes.SpanStamp;
import io.tailrace.serdes.Verdict;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Stamps of the verdict on kept spans: the sampling threshold, the adjusted count, and the names of
 * the deciding policies as the Collector's {@code recordpolicy} feature gate writes them. Not
 * thread-safe.
 */
final class ExportStamps {
  private static final String POLICY = "tailsampling.policy";
  private static final String COMPOSITE_POLICY = "tailsampling.composite_policy";

  private final SpanStamp spans;
  private final ScopeStamp scopes = new ScopeStamp();
  private final boolean recordPolicy;

  ExportStamps(ExportFormat format, Consumer<SpanStamp.Result> results) {
    spans = new SpanStamp(format.sampleRateAttribute(), results);
    recordPolicy = format.recordPolicy();
  }

  /** Sets the trace of the next records. */
  void of(Verdict verdict, long traceIdLow) {
    spans.of(verdict.weight(), traceIdLow);
    scopes.of(recordPolicy ? policies(verdict) : Map.of());
  }

  private static Map<String, String> policies(Verdict verdict) {
    Map<String, String> names = new LinkedHashMap<>();
    if (!verdict.kind().isByHand()) {
      names.put(POLICY, verdict.policy());
    }
    if (!verdict.subPolicy().isEmpty()) {
      names.put(COMPOSITE_POLICY, verdict.subPolicy());
    }
    return names;
  }

  SpanStamp spans() {
    return spans;
  }

  ScopeStamp scopes() {
    return scopes;
  }
}
