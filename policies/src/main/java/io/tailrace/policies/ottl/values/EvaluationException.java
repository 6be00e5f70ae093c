package io.tailrace.policies.ottl.values;

/**
 * The evaluation of a condition failed for a span. Has no stack trace, because it can be thrown for
 * every span.
 */
public final class EvaluationException extends RuntimeException {
  public EvaluationException(String message) {
    super(message, null, false, false);
  }
}
