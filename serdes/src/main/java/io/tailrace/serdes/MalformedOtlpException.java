package io.tailrace.serdes;

import org.jspecify.annotations.Nullable;

/**
 * Thrown if bytes are not an OTLP {@code TracesData} message and cannot be converted to one. The
 * message describes the fault.
 */
public final class MalformedOtlpException extends Exception {
  public MalformedOtlpException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Omits the stack trace, because malformed records can arrive at a high rate. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
