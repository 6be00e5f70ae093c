package io.tailrace.policies.ottl;

/**
 * The evaluation of a condition failed for a span. Has no stack trace, because it can be thrown for
 * every span.
 */
final class EvaluationException extends RuntimeException {
  EvaluationException(String message) {
    super(message, null, false, false);
  }
}
