package io.tailrace.policies.kinds;

import io.tailrace.policies.policy.PolicyKind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Registry of all kinds of policies. */
public final class PolicyKinds {
  private static final List<PolicyKind> ALL =
      List.of(
          new AlwaysSample(),
          new Latency(),
          new NumericAttribute(),
          new Probabilistic(),
          new StatusCode(),
          new StringAttribute(),
          new RateLimiting(),
          new BytesLimiting(),
          new SpanCount(),
          new TraceState(),
          new TraceFlags(),
          new BooleanAttribute(),
          new OttlCondition(),
          new And(),
          new Not(),
          new Drop(),
          new Composite(),
          new AdaptivePercentage(),
          new AdaptiveThroughput(),
          new SloBurn());

  public static final Map<String, PolicyKind> BY_TYPE = byType();

  private PolicyKinds() {}

  private static Map<String, PolicyKind> byType() {
    Map<String, PolicyKind> byType = new LinkedHashMap<>();
    ALL.forEach(kind -> byType.put(kind.type(), kind));
    return byType;
  }
}
