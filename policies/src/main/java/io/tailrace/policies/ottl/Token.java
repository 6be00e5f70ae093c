package io.tailrace.policies.ottl;

/**
 * A token of a condition.
 *
 * @param text text as written; for a string, its value
 * @param column 1-based
 */
record Token(Kind kind, String text, int column) {
  enum Kind {
    STRING,
    INT,
    FLOAT,
    BYTES,
    NAME,
    SYMBOL,
    END
  }

  boolean isSymbol(String symbol) {
    return kind == Kind.SYMBOL && text.equals(symbol);
  }

  boolean isWord(String word) {
    return kind == Kind.NAME && text.equals(word);
  }

  /** Returns whether it starts with A..Z, as functions and enums do. */
  boolean isCapitalized() {
    return kind == Kind.NAME && text.charAt(0) <= 'Z';
  }

  String shown() {
    return switch (kind) {
      case END -> "the end";
      case STRING -> "a string";
      default -> "`" + (text.length() > 30 ? text.substring(0, 30) + "…" : text) + "`";
    };
  }
}
