package io.tailrace.topology;

/** What keeps an instance from starting; the message tells its operator how to mend it. */
public final class StartException extends RuntimeException {
  private static final long serialVersionUID = 1;

  StartException(String message) {
    super(message);
  }

  StartException(String message, Throwable cause) {
    super(message, cause);
  }
}
