package io.tailrace.policies.kinds;

import io.tailrace.policies.document.MappingReader;
import io.tailrace.policies.policy.Extent;
import io.tailrace.policies.policy.Policy;
import io.tailrace.policies.policy.PolicyContext;
import io.tailrace.policies.policy.PolicyKind;
import io.tailrace.policies.policy.Words;
import java.time.Duration;

/**
 * Samples traces with a duration above {@code threshold_ms} and at most {@code upper_threshold_ms}.
 * The duration is the time from the earliest start to the latest end of all spans, in whole
 * milliseconds.
 */
final class Latency implements PolicyKind {
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final long UNBOUNDED = 0;

  @Override
  public String type() {
    return "latency";
  }

  @Override
  public Policy read(MappingReader settings, PolicyContext context) {
    long above = settings.get("threshold_ms").integer(0, Long.MAX_VALUE, 0);
    long upTo = settings.get("upper_threshold_ms").integer(0, Long.MAX_VALUE, UNBOUNDED);
    if (upTo != UNBOUNDED && upTo <= above) {
      settings.node().warn("matches no trace: upper_threshold_ms is not above threshold_ms");
    } else if (upTo != UNBOUNDED) {
      settings
          .get("upper_threshold_ms")
          .warn(
              "applies to the whole trace; the Collector tests it after each span, so it also samples"
                  + " longer traces whose first spans are within the threshold");
    }
    long last = upTo == UNBOUNDED ? Long.MAX_VALUE : upTo;
    return Policy.when(
        "it lasts more than "
            + Words.duration(Duration.ofMillis(above))
            + (upTo == UNBOUNDED ? "" : ", at most " + Words.duration(Duration.ofMillis(upTo))),
        last <= above ? new Extent.None(true) : new Extent.Range("duration", true, above + 1, last),
        trace -> {
          long nanos = trace.endUnixNanos() - trace.startUnixNanos();
          long millis = nanos / NANOS_PER_MILLI;
          return above < millis && (upTo == UNBOUNDED || millis <= upTo);
        });
  }
}
