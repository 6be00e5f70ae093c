package io.tailrace.policies.export;

import io.tailrace.policies.ottl.Condition;
import io.tailrace.policies.ottl.SpanConditions;
import io.tailrace.policies.policy.ConditionReader;
import io.tailrace.policies.policy.Words;
import io.tailrace.policies.span.SpanView;
import java.util.BitSet;
import java.util.List;

/**
 * One block of the Collector's {@code filter} processor: chooses spans and span events that are
 * left out of kept traces. A condition that fails is not met. Immutable, thread-safe.
 *
 * @param name key of the block in its document, such as {@code filter/cache}
 * @param conditions {@code span} for spans, {@code events} for span events
 * @param allowsRoots whether root spans and spans with an error are left out, too
 */
public record SpanFilter(String name, SpanConditions conditions, boolean allowsRoots) {
  SpanFilter(String name, List<Condition> span, List<Condition> events, boolean allowsRoots) {
    this(name, new SpanConditions(span, events, false), allowsRoots);
  }

  /**
   * Returns whether the span is left out.
   *
   * @param isProtected whether it is a root span or has an error
   * @param nowUnixNano result of {@code Now()}, in nanoseconds since the epoch
   */
  public boolean omits(SpanView span, boolean isProtected, long nowUnixNano) {
    return (allowsRoots || !isProtected) && conditions.meetsSpan(span, nowUnixNano);
  }

  /** Returns the indices of the events that are left out of a span. */
  public BitSet omittedEvents(SpanView span, long nowUnixNano) {
    return conditions.events().isEmpty() ? new BitSet() : conditions.metEvents(span, nowUnixNano);
  }

  /** Returns whether it has a condition; one for other signals has none. */
  public boolean isUsed() {
    return !conditions.span().isEmpty() || !conditions.events().isEmpty();
  }

  String description() {
    String spans =
        conditions.span().isEmpty()
            ? ""
            : (allowsRoots
                    ? "spans"
                    : "spans that have a parent, are no root spans and have no error,")
                + " that meet "
                + ConditionReader.shown(conditions.span());
    String events =
        conditions.events().isEmpty()
            ? ""
            : "span events that meet " + ConditionReader.shown(conditions.events());
    return "Left out of kept traces by "
        + Words.clean(name)
        + ": "
        + spans
        + (spans.isEmpty() || events.isEmpty() ? "" : "; ")
        + events
        + ".";
  }
}
