package io.tailrace.policies.kinds;

import io.tailrace.policies.document.MappingReader;
import io.tailrace.policies.document.Node;
import io.tailrace.policies.policy.Extent;
import io.tailrace.policies.policy.Policy;
import io.tailrace.policies.policy.PolicyContext;
import io.tailrace.policies.policy.PolicyKind;
import io.tailrace.policies.policy.Words;
import io.tailrace.policies.signals.Signal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Samples traces with a span that has one of {@code status_codes}. */
final class StatusCode implements PolicyKind {
  private static final Map<String, Integer> CODES =
      new TreeMap<>(Map.of("UNSET", 0, "OK", 1, "ERROR", 2));

  @Override
  public String type() {
    return "status_code";
  }

  @Override
  public Policy read(MappingReader settings, PolicyContext context) {
    int codes = 0;
    for (Node node : settings.get("status_codes").filledTexts()) {
      codes |= 1 << node.oneOf(CODES).orElse(0);
    }
    Signal.Status status = new Signal.Status(codes);
    int signal = context.signal(status);
    List<String> shown =
        CODES.entrySet().stream()
            .filter(code -> status.raisedBy(code.getValue()))
            .map(Map.Entry::getKey)
            .toList();
    return Policy.when(
        "a span has status " + Words.either(shown),
        new Extent.Among("status", Set.copyOf(shown)),
        trace -> trace.has(signal));
  }
}
