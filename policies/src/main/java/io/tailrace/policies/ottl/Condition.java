package io.tailrace.policies.ottl;

import io.tailrace.policies.ottl.values.EvaluationException;
import io.tailrace.policies.ottl.values.Frame;
import io.tailrace.policies.ottl.values.Regexes;

/** A compiled condition. Immutable, thread-safe. Equal if text and context are equal. */
public final class Condition {
  /** Limits the cost of parsing and evaluation. */
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
   * @param text any text
   * @throws OttlException with the first fault of the text
   */
  public static Condition compile(String text, ConditionContext context, Regexes regexes)
      throws OttlException {
    if (text.length() > MAX_CHARS) {
      throw new OttlException(MAX_CHARS, "at most " + MAX_CHARS + " chars, the end");
    }
    return new Condition(text, context, new Compiler(context, regexes).test(Parser.parse(text)));
  }

  /** Evaluates the condition. Throws {@link EvaluationException} if the evaluation fails. */
  boolean holds(Frame frame) {
    frame.beginCondition();
    return test.holds(frame);
  }

  /** Returns the source text. */
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
