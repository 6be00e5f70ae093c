package io.tailrace.policies.ottl;

/** A condition that cannot be compiled. The message says at which column, and what was expected. */
public final class OttlException extends Exception {
  private final int column;

  OttlException(int column, String expected) {
    super("at column " + column + ", " + expected);
    this.column = column;
  }

  /** 1-based, in chars of the condition's text. */
  public int column() {
    return column;
  }
}
