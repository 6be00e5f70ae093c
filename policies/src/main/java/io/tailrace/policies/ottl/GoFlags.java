package io.tailrace.policies.ottl;

/** What stands between the percent sign and the verb of a directive of Go's {@code fmt}. */
final class GoFlags {
  boolean plus;
  boolean minus;
  boolean sharp;
  boolean space;
  boolean zero;

  /** Runes, or -1. */
  int width = -1;

  /** Digits, or runes of a text; or -1. */
  int precision = -1;

  /** Whether it is a flag. */
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

  /** A negative one, which only a value can be, means padding on the right. */
  void setWidth(int value) {
    width = Math.abs(value);
    minus |= value < 0;
  }

  /** With {@code v}, a plus sign asks for names of fields, of which no value has any. */
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
