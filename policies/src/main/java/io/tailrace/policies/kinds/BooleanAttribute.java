package io.tailrace.policies.kinds;

import io.tailrace.policies.document.MappingReader;
import io.tailrace.policies.policy.Extent;
import io.tailrace.policies.policy.Policy;
import io.tailrace.policies.policy.PolicyContext;
import io.tailrace.policies.policy.PolicyKind;
import io.tailrace.policies.signals.AttributeTest;
import io.tailrace.policies.signals.AttributeValue;
import java.util.Set;

/** Samples traces whose boolean attribute {@code key} equals {@code value}. */
final class BooleanAttribute implements PolicyKind {
  @Override
  public String type() {
    return "boolean_attribute";
  }

  @Override
  public Policy read(MappingReader settings, PolicyContext context) {
    String key = settings.get("key").string();
    boolean value = settings.get("value").bool(false);
    return AttributePolicy.of(
        key,
        new Is(value),
        "is " + value,
        new Extent.Among("boolean " + key, Set.of(value)),
        settings,
        context);
  }

  private record Is(boolean expected) implements AttributeTest {
    @Override
    public boolean matches(AttributeValue value) {
      return value.kind() == AttributeValue.Kind.BOOL && value.bool() == expected;
    }
  }
}
