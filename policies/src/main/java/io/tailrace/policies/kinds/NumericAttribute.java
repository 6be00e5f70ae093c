package io.tailrace.policies.kinds;

import io.tailrace.policies.document.MappingReader;
import io.tailrace.policies.document.Node;
import io.tailrace.policies.policy.Extent;
import io.tailrace.policies.policy.Policy;
import io.tailrace.policies.policy.PolicyContext;
import io.tailrace.policies.policy.PolicyKind;
import io.tailrace.policies.policy.Words;
import io.tailrace.policies.signals.AttributeTest;
import io.tailrace.policies.signals.AttributeValue;

/**
 * Samples traces whose numeric attribute {@code key} is in {@code min_value..max_value}, both ends
 * included.
 */
final class NumericAttribute implements PolicyKind {
  @Override
  public String type() {
    return "numeric_attribute";
  }

  @Override
  public Policy read(MappingReader settings, PolicyContext context) {
    String key = settings.get("key").string();
    Node min = settings.get("min_value");
    Node max = settings.get("max_value");
    if (!min.present() && !max.present()) {
      settings.node().fault("min_value or max_value for key " + key);
    }
    InRange range = new InRange(bound(min, Long.MIN_VALUE), bound(max, Long.MAX_VALUE));
    if (range.min > range.max) {
      settings.node().warn("matches no trace: min_value is above max_value");
    }
    String shown = Words.range(min.present() ? range.min : null, max.present() ? range.max : null);
    return AttributePolicy.of(key, range, "is " + shown, extent(key, range), settings, context);
  }

  private static Extent extent(String key, InRange range) {
    return range.min > range.max
        ? new Extent.None(true)
        : new Extent.Range("number " + key, false, range.min, range.max);
  }

  private static long bound(Node node, long absent) {
    return node.integer(Long.MIN_VALUE, Long.MAX_VALUE, absent);
  }

  /** A missing bound is the end of the integers, so infinities never match. */
  private record InRange(long min, long max) implements AttributeTest {
    @Override
    public boolean matches(AttributeValue value) {
      return switch (value.kind()) {
        case INT -> min <= value.integer() && value.integer() <= max;
        case DOUBLE -> matches(value.real());
        default -> false;
      };
    }

    /** Returns whether both neighbouring integers are in range. Exact beyond 2^53 as well. */
    private boolean matches(double real) {
      double floor = Math.floor(real);
      double ceiling = Math.ceil(real);
      return isLong(floor) && isLong(ceiling) && min <= (long) floor && (long) ceiling <= max;
    }

    private static boolean isLong(double real) {
      return real >= -0x1p63 && real < 0x1p63; // false for NaN
    }
  }
}
