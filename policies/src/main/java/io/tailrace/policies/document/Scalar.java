package io.tailrace.policies.document;

import java.util.regex.Pattern;

/**
 * A scalar and its type by the core schema of YAML 1.2 (section 10.3). Accepts digit separators
 * ({@code 100_000}), which Go's YAML accepts and Collector documents use. Infinity and NaN are
 * strings, because no setting accepts them. {@code 010} is a string, because YAML 1.2 reads it as
 * 10 and Go as 8.
 */
record Scalar(Type type, String text, boolean isOfEnvironment) {
  Scalar(Type type, String text) {
    this(type, text, false);
  }

  /** Returns the same scalar, which is also accepted where a text is expected. */
  Scalar ofEnvironment() {
    return new Scalar(type, text, true);
  }

  /** No value. */
  static final Scalar NULL = new Scalar(Type.NULL, "");

  enum Type {
    NULL,
    BOOL,
    INTEGER,
    REAL,
    STRING,
    /** A custom tag, or a core tag that does not match the text. */
    TAGGED
  }

  private static final Pattern NULL_TEXT = Pattern.compile("|~|null|Null|NULL");
  private static final Pattern BOOL = Pattern.compile("true|True|TRUE|false|False|FALSE");
  private static final Pattern INTEGER =
      Pattern.compile("[-+]?(0|[1-9][0-9_]*|0x[0-9a-fA-F_]+|0o[0-7_]+|0b[01_]+)");
  private static final Pattern REAL =
      Pattern.compile("[-+]?((\\.[0-9]+|[0-9]+\\.[0-9]*)([eE][-+]?[0-9]+)?|[0-9]+[eE][-+]?[0-9]+)");

  /** Determines the type. {@code tag} is empty if the document has none. */
  static Scalar resolve(String text, boolean plain, String tag) {
    Type resolved = plain ? byText(text) : Type.STRING;
    return switch (tag) {
      case "" -> new Scalar(resolved, text);
      case "!", "tag:yaml.org,2002:str" -> new Scalar(Type.STRING, text);
      default -> new Scalar(tag.equals(tagOf(resolved)) ? resolved : Type.TAGGED, text);
    };
  }

  private static Type byText(String text) {
    if (NULL_TEXT.matcher(text).matches()) {
      return Type.NULL;
    }
    if (BOOL.matcher(text).matches()) {
      return Type.BOOL;
    }
    if (INTEGER.matcher(text).matches()) {
      return Type.INTEGER;
    }
    return REAL.matcher(text).matches() ? Type.REAL : Type.STRING;
  }

  private static String tagOf(Type type) {
    return switch (type) {
      case NULL -> "tag:yaml.org,2002:null";
      case BOOL -> "tag:yaml.org,2002:bool";
      case INTEGER -> "tag:yaml.org,2002:int";
      case REAL -> "tag:yaml.org,2002:float";
      default -> "";
    };
  }

  boolean bool() {
    return text.charAt(0) == 't' || text.charAt(0) == 'T';
  }

  /**
   * @throws NumberFormatException if the number exceeds 64 bits
   */
  long integer() {
    String digits = text.replace("_", "");
    boolean signed = digits.charAt(0) == '-' || digits.charAt(0) == '+';
    String sign = digits.charAt(0) == '-' ? "-" : "";
    String rest = signed ? digits.substring(1) : digits;
    String prefix = rest.length() > 1 ? rest.substring(0, 2) : "";
    return switch (prefix) {
      case "0x" -> Long.parseLong(sign + rest.substring(2), 16);
      case "0o" -> Long.parseLong(sign + rest.substring(2), 8);
      case "0b" -> Long.parseLong(sign + rest.substring(2), 2);
      default -> Long.parseLong(sign + rest);
    };
  }

  double real() {
    return Double.parseDouble(text.replace("_", ""));
  }
}
