package io.tailrace.topology.convert;

import java.math.BigDecimal;
import java.math.MathContext;

/** Writes scalars of YAML 1.2 that Go's YAML 1.1 reader and ours read alike. */
final class Yaml {
  private static final MathContext PRECISION = new MathContext(15);

  private Yaml() {}

  /**
   * Quotes a text: in single quotes, or in double quotes if it has control characters. Doubles
   * dollar signs, which otherwise start an environment reference.
   */
  static String quoted(String text) {
    String value = text.replace("$", "$$");
    if (value.chars().allMatch(c -> (c >= ' ' && c < 0x7f) || (c >= 0xa0 && c < 0x2028))) {
      return "'" + value.replace("'", "''") + "'";
    }
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ' || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029 || c == 0xfeff) {
        quoted.append("\\u%04x".formatted((int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }

  /** Returns 100 / {@code rate} as a decimal number. */
  static String percentage(BigDecimal rate) {
    return new BigDecimal(100).divide(rate, PRECISION).stripTrailingZeros().toPlainString();
  }

  /** Returns the text without line breaks, for a comment. */
  static String comment(String text) {
    return text.replaceAll("\\p{Cntrl}|[\\u2028\\u2029\\u0085]", " ");
  }
}
