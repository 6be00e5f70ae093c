package io.tailrace.policies.span;

/**
 * What a condition asks for is there but cannot be read, as when its bytes are malformed: the
 * condition has no answer. Any accessor of the views may throw it. Made per span where data is bad,
 * so without a trace.
 */
public final class UnreadableSpanException extends RuntimeException {
  public UnreadableSpanException(String message) {
    super(message, null, false, false);
  }
}
