package io.tailrace.policies.ottl;

/** One compiled condition. Immutable, thread-safe. Equal to one of the same text and context. */
public final class Condition {
  /** Bounds parsing, and with it what evaluation can cost. */
  static final int MAX_CHARS = 10_000;

  private final String text;
  private final ConditionContext context;
  private final Test test;

  private Condition(String text, ConditionContext context, Test test) {
    this.text = text;
    this.context = context;
    this.test = test;
  }

  /**
   * Compiles a condition.
   *
   * @param text any text at all
   * @throws OttlException with the first fault of it
   */
  public static Condition compile(String text, ConditionContext context, Regexes regexes)
      throws OttlException {
    if (text.length() > MAX_CHARS) {
      throw new OttlException(MAX_CHARS, "at most " + MAX_CHARS + " chars, the end");
    }
    return new Condition(text, context, new Compiler(context, regexes).test(Parser.parse(text)));
  }

  /** Throws {@link EvaluationException} if there is no answer. */
  boolean holds(Frame frame) {
    frame.beginCondition();
    return test.holds(frame);
  }

  /** The source, as written. */
  public String text() {
    return text;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Condition that && text.equals(that.text) && context == that.context;
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
