package io.tailrace.policies.ottl;

import io.tailrace.policies.ottl.values.EvaluationException;
import io.tailrace.policies.ottl.values.Frame;
import io.tailrace.policies.span.SpanView;
import io.tailrace.policies.span.UnreadableSpanException;
import java.util.List;

/**
 * Conditions joined by OR. A span meets them if the span or one of its events meets at least one.
 * Immutable, thread-safe.
 *
 * @param span conditions on spans, evaluated in order
 * @param events conditions on span events, evaluated in order on each event
 * @param propagates whether an evaluation error ends the evaluation; otherwise the condition counts
 *     as not met
 */
public record SpanConditions(List<Condition> span, List<Condition> events, boolean propagates) {
  /** Outcome for one span. */
  public enum Outcome {
    MET,
    NOT_MET,
    /** The evaluation of a condition failed before one was met, and errors propagate. */
    FAILED
  }

  public SpanConditions {
    span = List.copyOf(span);
    events = List.copyOf(events);
  }

  /** Returns whether the text of a condition contains the word. */
  public boolean mentions(String word) {
    return span.stream().anyMatch(condition -> condition.text().contains(word))
        || events.stream().anyMatch(condition -> condition.text().contains(word));
  }

  /**
   * Evaluates the conditions on one span.
   *
   * @param nowUnixNano result of {@code Now()}, in nanoseconds since the epoch
   */
  public Outcome evaluate(SpanView view, long nowUnixNano) {
    Frame frame = new Frame(view, nowUnixNano);
    Outcome outcome = any(span, frame);
    if (outcome != Outcome.NOT_MET || events.isEmpty()) {
      return outcome;
    }
    try {
      return anyEvent(view, frame);
    } catch (UnreadableSpanException e) {
      return propagates ? Outcome.FAILED : Outcome.NOT_MET;
    }
  }

  private Outcome anyEvent(SpanView view, Frame frame) {
    int count = view.eventCount();
    Outcome outcome = Outcome.NOT_MET;
    for (int i = 0; i < count && outcome == Outcome.NOT_MET; i++) {
      frame.moveTo(view.event(i), i);
      outcome = any(events, frame);
    }
    return outcome;
  }

  private Outcome any(List<Condition> conditions, Frame frame) {
    for (int i = 0; i < conditions.size(); i++) {
      try {
        if (conditions.get(i).holds(frame)) {
          return Outcome.MET;
        }
      } catch (EvaluationException | UnreadableSpanException e) {
        if (propagates) {
          return Outcome.FAILED;
        }
      }
    }
    return Outcome.NOT_MET;
  }
}
