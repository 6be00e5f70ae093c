package io.tailrace.policies.kinds;

import io.tailrace.policies.document.MappingReader;
import io.tailrace.policies.document.Node;
import io.tailrace.policies.ottl.Condition;
import io.tailrace.policies.ottl.ConditionContext;
import io.tailrace.policies.ottl.SpanConditions;
import io.tailrace.policies.policy.ConditionReader;
import io.tailrace.policies.policy.Extent;
import io.tailrace.policies.policy.Policy;
import io.tailrace.policies.policy.PolicyContext;
import io.tailrace.policies.policy.PolicyKind;
import io.tailrace.policies.policy.TraceFacts;
import io.tailrace.policies.policy.Votes;
import io.tailrace.policies.signals.Signal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Samples traces with a span that meets a condition of {@code span}, or with an event that meets a
 * condition of {@code spanevent}.
 */
public final class OttlCondition implements PolicyKind {
  /** Maps each mode to whether an evaluation error of a condition is an error of the policy. */
  private static final Map<String, Boolean> ERROR_MODES = new LinkedHashMap<>();

  static {
    ERROR_MODES.put("propagate", true);
    ERROR_MODES.put("ignore", false);
    ERROR_MODES.put("silent", false);
  }

  @Override
  public String type() {
    return "ottl_condition";
  }

  @Override
  public @Nullable Policy read(MappingReader settings, PolicyContext context) {
    Node mode = settings.get("error_mode");
    boolean propagates = mode.present() && mode.oneOfInAnyCase(ERROR_MODES).orElse(false);
    List<Condition> span =
        ConditionReader.all(settings.get("span"), ConditionContext.SPAN, context.regexes());
    List<Condition> events =
        ConditionReader.all(
            settings.get("spanevent"), ConditionContext.SPAN_EVENT, context.regexes());
    if (settings.get("span").texts().isEmpty() && settings.get("spanevent").texts().isEmpty()) {
      settings.node().fault("a condition in span or spanevent");
      return null;
    }
    SpanConditions conditions = new SpanConditions(span, events, propagates);
    int met = context.signal(new Signal.Met(conditions));
    String description = description(conditions);
    if (!propagates) {
      return Policy.when(description, new Extent.Exactly(conditions), trace -> trace.has(met));
    }
    int failed = context.signal(new Signal.Failed(conditions));
    return Policy.voting(
        description, new Extent.Own(conditions), (trace, logTime) -> vote(trace, met, failed));
  }

  /** A span that meets the conditions takes precedence over an error on another span. */
  private static long vote(TraceFacts trace, int met, int failed) {
    if (trace.has(met)) {
      return Votes.ALWAYS;
    }
    return trace.has(failed) ? Votes.ERROR : Votes.NEVER;
  }

  private static String description(SpanConditions conditions) {
    String span = met("a span meets ", conditions.span());
    String event = met("an event of a span meets ", conditions.events());
    return span
        + (span.isEmpty() || event.isEmpty() ? "" : ", or ")
        + event
        + (conditions.propagates()
            ? " (a condition that fails is an error)"
            : " (a condition that fails is not met)");
  }

  private static String met(String what, List<Condition> conditions) {
    return conditions.isEmpty() ? "" : what + ConditionReader.shown(conditions);
  }
}
