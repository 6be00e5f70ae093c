package io.tailrace.policies.ottl.values;

import io.tailrace.policies.span.EventView;
import io.tailrace.policies.span.SpanView;
import org.jspecify.annotations.Nullable;

/** Input of an evaluation, and its remaining budget of text to process. */
public final class Frame {
  /** Chars that functions may read and create in one evaluation of a condition. */
  static final int MAX_CHARS = 1 << 20;

  /** Limit for all conditions on a span and its events: about one second in the worst case. */
  static final int MAX_CHARS_PER_SPAN = 4 * MAX_CHARS;

  /** Limit for constants, which are computed once and stored with the condition. */
  private static final int MAX_CONSTANT_CHARS = 1 << 16;

  private final @Nullable SpanView span;
  private final long nowUnixNano;

  @SuppressWarnings("NullAway.Init") // set by moveTo() before conditions on events
  private EventView event;

  private int eventIndex;
  private long charsLeft = MAX_CHARS;
  private long charsLeftForSpan = MAX_CHARS_PER_SPAN;

  public Frame(@Nullable SpanView span, long nowUnixNano) {
    this.span = span;
    this.nowUnixNano = nowUnixNano;
  }

  /** Creates a frame for expressions that do not depend on a span. */
  public static Frame ofConstants() {
    Frame frame = new Frame(null, 0);
    frame.charsLeft = MAX_CONSTANT_CHARS;
    return frame;
  }

  public void moveTo(EventView newEvent, int index) {
    event = newEvent;
    eventIndex = index;
  }

  public void beginCondition() {
    charsLeft = MAX_CHARS;
  }

  public SpanView span() {
    if (span == null) {
      throw new IllegalStateException("a path in a constant");
    }
    return span;
  }

  public EventView event() {
    return event;
  }

  public int eventIndex() {
    return eventIndex;
  }

  /** Returns the current time. Throws {@link NeedsTimeException} in a frame of constants. */
  public long nowUnixNano() {
    if (span == null) {
      throw new NeedsTimeException();
    }
    return nowUnixNano;
  }

  /** Thrown if an expression depends on the evaluation time and is therefore not constant. */
  public static final class NeedsTimeException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NeedsTimeException() {
      super("no time in a constant", null, false, false);
    }
  }

  /** Charges the budget for text before it is read or created. */
  public void charge(long chars) {
    charsLeft -= chars;
    charsLeftForSpan -= chars;
    if (charsLeft < 0 || charsLeftForSpan < 0) {
      throw new EvaluationException("too much text");
    }
  }
}
