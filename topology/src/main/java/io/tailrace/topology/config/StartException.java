package io.tailrace.topology.config;

/** Thrown if an instance cannot start. The message describes the required action. */
public final class StartException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public StartException(String message) {
    super(message);
  }

  public StartException(String message, Throwable cause) {
    super(message, cause);
  }
}
