package io.tailrace.policies.ottl;

import io.tailrace.policies.ottl.values.EvaluationException;
import io.tailrace.policies.ottl.values.Frame;
import io.tailrace.policies.span.SpanView;
import io.tailrace.policies.span.UnreadableSpanException;
import java.util.BitSet;
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

  /** Returns whether the span meets a condition of {@link #span}, whatever its events do. */
  public boolean meetsSpan(SpanView view, long nowUnixNano) {
    return !span.isEmpty() && any(span, new Frame(view, nowUnixNano)) == Outcome.MET;
  }

  /**
   * Returns the indices of the events that meet a condition of {@link #events}. An event on which a
   * condition fails does not meet it.
   *
   * @param nowUnixNano result of {@code Now()}, in nanoseconds since the epoch
   */
  public BitSet metEvents(SpanView view, long nowUnixNano) {
    BitSet met = new BitSet();
    try {
      int count = view.eventCount();
      Frame frame = new Frame(view, nowUnixNano);
      for (int i = 0; i < count; i++) {
        frame.moveTo(view.event(i), i);
        met.set(i, any(events, frame) == Outcome.MET);
      }
    } catch (UnreadableSpanException e) {
      return met; // the others are not met
    }
    return met;
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
