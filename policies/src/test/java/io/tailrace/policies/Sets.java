package io.tailrace.policies;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tailrace.policies.document.Fault;
import io.tailrace.policies.policy.TraceFacts;
import io.tailrace.policies.signals.EvaluationTimer;
import io.tailrace.policies.signals.Signals;
import io.tailrace.policies.span.SpanView;
import java.util.List;

/** Policy sets of tests, and traces that went through their signals. */
final class Sets {
  private Sets() {}

  static PolicySet parsed(String text) {
    assertThat(faults(text)).as("faults of %s", text).isEmpty();
    return PolicySet.parse(text).get();
  }

  static List<String> faults(String text) {
    return PolicySet.parse(text)
        .fold(faults -> faults.map(Fault::message).toJavaList(), set -> List.of());
  }

  /** A set of one policy {@code p} of this type. */
  static PolicySet of(String type, String settings) {
    return parsed(one(type, settings));
  }

  static String one(String type, String settings) {
    return "policies: [{name: p, type: " + type + ", " + type + ": " + settings + "}]";
  }

  static Judge judge(PolicySet set) {
    return set.newJudge(1, null);
  }

  static boolean samples(Judge judge, TraceFacts trace, long atMillis) {
    return judge.decide(trace, atMillis).outcome() == Decision.Outcome.SAMPLED;
  }

  /** Whether a set samples a trace of one span with one attribute. */
  static boolean samplesAttribute(PolicySet set, String key, Object value) {
    Signals signals = set.signals();
    long[] raised = new long[signals.words()];
    int index = signals.attributeKeys().indexOf(key);
    if (index >= 0) {
      signals.attribute(index, new TestValue(value), raised);
    }
    return samples(judge(set), TestTrace.raising(raised), 0);
  }

  static void span(Signals signals, SpanView span, long nowUnixNano, long[] raised) {
    signals.span(span, nowUnixNano, raised, new EvaluationTimer(() -> 0));
  }

  static boolean samplesTraceState(PolicySet set, String traceState) {
    long[] raised = new long[set.signals().words()];
    set.signals().traceState(traceState, raised);
    return samples(judge(set), TestTrace.raising(raised), 0);
  }

  /** A document of plain values. */
  static String json(Object document) {
    try {
      return new ObjectMapper().writeValueAsString(document);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
