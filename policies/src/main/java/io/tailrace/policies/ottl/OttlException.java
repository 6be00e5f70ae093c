package io.tailrace.policies.ottl;

/**
 * Thrown if a condition cannot be compiled. The message contains the column and the expectation.
 */
public final class OttlException extends Exception {
  private final int column;

  OttlException(int column, String expected) {
    super("at column " + column + ", " + expected);
    this.column = column;
  }

  /** Returns the 1-based column in chars. */
  public int column() {
    return column;
  }
}
