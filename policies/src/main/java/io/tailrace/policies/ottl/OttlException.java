package io.tailrace.policies.ottl;

/** A condition that cannot be compiled. The message says what was expected, and at which column. */
public final class OttlException extends Exception {
  private final int column;

  OttlException(int column, String expected) {
    super(expected + " at column " + column);
    this.column = column;
  }

  /** 1-based, in chars of the condition's text. */
  public int column() {
    return column;
  }
}
