package io.tailrace.policies.ottl;

/** A condition has no answer for a span. Made per span where data is bad, so without a trace. */
final class EvaluationException extends RuntimeException {
  EvaluationException(String message) {
    super(message, null, false, false);
  }
}
