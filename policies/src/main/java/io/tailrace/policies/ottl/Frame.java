package io.tailrace.policies.ottl;

import io.tailrace.policies.span.EventView;
import io.tailrace.policies.span.SpanView;

/** What one condition is evaluated on, and how much text it may still go through. */
final class Frame {
  /** Chars that functions may read and make each time a condition is evaluated. */
  static final int MAX_CHARS = 1 << 20;

  /** The same for all conditions on a span and its events: a second of work at the worst. */
  static final int MAX_CHARS_PER_SPAN = 4 * MAX_CHARS;

  /** For what is computed once and kept with the condition. */
  private static final int MAX_CONSTANT_CHARS = 1 << 16;

  private final SpanView span;
  private final long nowUnixNano;
  private EventView event;
  private int eventIndex;
  private long charsLeft = MAX_CHARS;
  private long charsLeftForSpan = MAX_CHARS_PER_SPAN;

  Frame(SpanView span, long nowUnixNano) {
    this.span = span;
    this.nowUnixNano = nowUnixNano;
  }

  /** A frame for expressions that look at no span. */
  static Frame ofConstants() {
    Frame frame = new Frame(null, 0);
    frame.charsLeft = MAX_CONSTANT_CHARS;
    return frame;
  }

  void moveTo(EventView newEvent, int index) {
    event = newEvent;
    eventIndex = index;
  }

  void beginCondition() {
    charsLeft = MAX_CHARS;
  }

  SpanView span() {
    return span;
  }

  EventView event() {
    return event;
  }

  int eventIndex() {
    return eventIndex;
  }

  /** Throws {@link NeedsTimeException} in a frame of constants. */
  long nowUnixNano() {
    if (span == null) {
      throw new NeedsTimeException();
    }
    return nowUnixNano;
  }

  /** A constant expression that goes by the time of its evaluation, and so is no constant. */
  static final class NeedsTimeException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NeedsTimeException() {
      super("no time in a constant", null, false, false);
    }
  }

  /** Pays for text before it is gone through or made. */
  void charge(long chars) {
    charsLeft -= chars;
    charsLeftForSpan -= chars;
    if (charsLeft < 0 || charsLeftForSpan < 0) {
      throw new EvaluationException("too much text");
    }
  }
}
