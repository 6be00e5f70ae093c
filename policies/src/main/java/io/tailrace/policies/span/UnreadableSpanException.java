package io.tailrace.policies.span;

/**
 * Thrown by accessors of the views if a field exists but cannot be decoded, for example because its
 * bytes are malformed. The evaluation of the condition fails. Has no stack trace, because it can be
 * thrown for every span.
 */
public final class UnreadableSpanException extends RuntimeException {
  public UnreadableSpanException(String message) {
    super(message, null, false, false);
  }
}
