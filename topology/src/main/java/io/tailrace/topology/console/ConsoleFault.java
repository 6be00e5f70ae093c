package io.tailrace.topology.console;

/** Something that the console cannot do as it was asked. */
public final class ConsoleFault extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int status;

  /**
   * @param status of HTTP
   */
  ConsoleFault(int status, String message) {
    super(message);
    this.status = status;
  }

  int status() {
    return status;
  }
}
