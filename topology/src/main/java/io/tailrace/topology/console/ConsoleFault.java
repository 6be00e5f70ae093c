package io.tailrace.topology.console;

/** Thrown if the console cannot serve a request. */
public final class ConsoleFault extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int status;

  /**
   * @param status HTTP status
   */
  ConsoleFault(int status, String message) {
    super(message);
    this.status = status;
  }

  int status() {
    return status;
  }
}
