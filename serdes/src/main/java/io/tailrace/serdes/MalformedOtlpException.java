package io.tailrace.serdes;

/**
 * Bytes that are not an OTLP {@code TracesData} message, nor can be made one. The message says what
 * is wrong with them.
 */
public final class MalformedOtlpException extends Exception {
  public MalformedOtlpException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Bad records come in floods; nobody reads their stack traces. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
