package io.tailrace.policies.ottl.functions;

import io.tailrace.policies.ottl.values.Converter;

/** Validates the delimiters of key-value functions if they are constant. */
final class PairDelimiters {
  private PairDelimiters() {}

  static String delimiter(Object given) {
    return given == null ? "=" : (String) given;
  }

  static String pairDelimiter(Object given) {
    return given == null ? " " : (String) given;
  }

  /**
   * Returns whether the two delimiters are valid.
   *
   * @param place index of the first delimiter in the arguments; the second one follows
   */
  static boolean fit(Object[] known, int place, Converter.Fault fault) {
    for (int i = place; i <= place + 1; i++) {
      if ("".equals(known[i])) {
        fault.at(i, "a delimiter of one char at least");
        return false;
      }
    }
    if (delimiter(known[place]).equals(pairDelimiter(known[place + 1]))) {
      fault.at(known[place + 1] == null ? place : place + 1, "two different delimiters");
      return false;
    }
    return true;
  }
}
