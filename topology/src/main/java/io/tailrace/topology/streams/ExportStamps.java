package io.tailrace.topology.streams;

import io.tailrace.serdes.RuleMarks;
import io.tailrace.serdes.ScopeStamp;
import io.tailrace.serdes.SpanStamp;
import io.tailrace.serdes.Verdict;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Writes the verdict to kept spans: the sampling threshold, the adjusted count, the names of the
 * deciding policies as in the Collector's {@code recordpolicy} feature gate, and the attributes of
 * a rule as in its {@code adaptive_tail_sampling} processor. Not thread-safe.
 */
final class ExportStamps {
  private static final String POLICY = "tailsampling.policy";
  private static final String COMPOSITE_POLICY = "tailsampling.composite_policy";

  private static final String RULES = "otelcol.processor.adaptive_tail_sampling.";
  private static final String RULE = RULES + "rule";
  private static final String TRIGGER = RULES + "trigger";
  private static final String FINGERPRINT = RULES + "fingerprint";

  private final SpanStamp spans;
  private final ScopeStamp scopes = new ScopeStamp();
  private final boolean recordPolicy;

  ExportStamps(ExportFormat format, Consumer<SpanStamp.Result> results) {
    spans = new SpanStamp(format.sampleRateAttribute(), results);
    recordPolicy = format.recordPolicy();
  }

  /** Sets the trace for the next records. */
  void of(Verdict verdict, long traceIdLow) {
    spans.of(verdict.weight(), traceIdLow, marks(verdict));
    scopes.of(recordPolicy ? policies(verdict) : Map.of());
  }

  private static Map<String, String> marks(Verdict verdict) {
    RuleMarks marks = verdict.marks();
    if (marks.trigger() == RuleMarks.Trigger.NONE) {
      return Map.of();
    }
    Map<String, String> attributes = new LinkedHashMap<>();
    attributes.put(RULE, verdict.policy());
    attributes.put(TRIGGER, marks.trigger().name().toLowerCase(Locale.ROOT));
    if (!marks.fingerprint().isEmpty()) {
      attributes.put(FINGERPRINT, marks.fingerprint());
    }
    return attributes;
  }

  private static Map<String, String> policies(Verdict verdict) {
    Map<String, String> names = new LinkedHashMap<>();
    if (!verdict.kind().isRequested()) {
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
