package io.tailrace.policies.export;

/** Thrown if a text becomes too long when its matches are replaced. */
public final class TooLongException extends RuntimeException {
  private static final long serialVersionUID = 1;

  TooLongException(int max) {
    super("a text of more than " + max + " chars when masked");
  }

  /** Omits the stack trace, because such texts can arrive at a high rate. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
