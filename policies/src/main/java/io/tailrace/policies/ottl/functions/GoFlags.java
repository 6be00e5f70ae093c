package io.tailrace.policies.ottl.functions;

/** Flags, width and precision of a directive of Go's {@code fmt}. */
final class GoFlags {
  boolean plus;
  boolean minus;
  boolean sharp;
  boolean space;
  boolean zero;

  /** Width in runes, or -1. */
  int width = -1;

  /** Precision in digits, or in runes of a text; or -1. */
  int precision = -1;

  /** Sets a flag. Returns false if the character is not a flag. */
  boolean set(char c) {
    switch (c) {
      case '+' -> plus = true;
      case '-' -> minus = true;
      case '#' -> sharp = true;
      case ' ' -> space = true;
      case '0' -> zero = true;
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Sets the width. A negative width, possible only as an argument, means padding on the right. */
  void setWidth(int value) {
    width = Math.abs(value);
    minus |= value < 0;
  }

  /**
   * Returns the flags for a verb. With {@code v}, a plus sign requests field names, which no value
   * has.
   */
  GoFlags forVerb(int verb) {
    plus &= verb != 'v';
    zero &= !minus;
    return this;
  }

  boolean isWide() {
    return width >= 0;
  }

  boolean isPrecise() {
    return precision >= 0;
  }
}
