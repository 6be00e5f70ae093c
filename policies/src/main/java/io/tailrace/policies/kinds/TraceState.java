package io.tailrace.policies.kinds;

import io.tailrace.policies.document.MappingReader;
import io.tailrace.policies.policy.Extent;
import io.tailrace.policies.policy.Policy;
import io.tailrace.policies.policy.PolicyContext;
import io.tailrace.policies.policy.PolicyKind;
import io.tailrace.policies.policy.Words;
import io.tailrace.policies.signals.Signal;
import java.util.List;
import java.util.Set;

/** Samples traces with a span whose trace state has one of {@code values} for {@code key}. */
final class TraceState implements PolicyKind {
  /** Maximum length of key plus value, without the equals sign. The Collector's limit. */
  private static final int MAX_CHARS = 255;

  @Override
  public String type() {
    return "trace_state";
  }

  @Override
  public Policy read(MappingReader settings, PolicyContext context) {
    String key = settings.get("key").string();
    List<String> values =
        Texts.notEmpty(settings.get("values")).stream()
            .filter(value -> key.length() + value.length() <= MAX_CHARS)
            .toList();
    int signal = context.signal(new Signal.TraceState(key, Set.copyOf(values)));
    return Policy.when(
        "a span's trace state has " + Words.clean(key) + " = " + Words.eitherQuoted(values),
        values.isEmpty()
            ? new Extent.None(true)
            : new Extent.Among("trace state " + key, Set.copyOf(values)),
        trace -> trace.has(signal));
  }
}
