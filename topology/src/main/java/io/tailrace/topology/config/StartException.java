package io.tailrace.topology.config;

/** What keeps an instance from starting; the message tells its operator how to mend it. */
public final class StartException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public StartException(String message) {
    super(message);
  }

  public StartException(String message, Throwable cause) {
    super(message, cause);
  }
}
