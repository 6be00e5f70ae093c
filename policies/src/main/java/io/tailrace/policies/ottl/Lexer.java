package io.tailrace.policies.ottl;

import java.util.ArrayList;
import java.util.List;

/** Splits a condition into tokens by the rules of OTTL's lexer. Runs in linear time. */
final class Lexer {
  private static final List<String> SYMBOLS =
      List.of(
          "==", "!=", ">=", "<=", ">", "<", "=", "+", "-", "*", "/", "(", ")", "{", "}", "[", "]",
          ":", ",", ".");

  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private int at;

  private Lexer(String text) {
    this.text = text;
  }

  /** Returns the tokens of {@code text}. The last is of kind END. */
  static List<Token> split(String text) throws OttlException {
    return new Lexer(text).all();
  }

  private List<Token> all() throws OttlException {
    while (true) {
      while (at < text.length() && " \t\n\r\f\u000b".indexOf(text.charAt(at)) >= 0) {
        at++;
      }
      if (at == text.length()) {
        tokens.add(new Token(Token.Kind.END, "", at + 1));
        return tokens;
      }
      next();
    }
  }

  private void next() throws OttlException {
    char c = text.charAt(at);
    if (c == '"') {
      int start = at;
      String value = new StringLiteral(text, at).read();
      at = StringLiteral.end(text, start);
      tokens.add(new Token(Token.Kind.STRING, value, start + 1));
    } else if (text.startsWith("0x", at) && isHex(at + 2)) {
      bytes();
    } else if (isDigit(at) || (c == '.' && isDigit(at + 1))) {
      number();
    } else if (isLetter(at)) {
      int end = at;
      while (isLetter(end) || isDigit(end) || is(end, '_')) {
        end++;
      }
      add(Token.Kind.NAME, end);
    } else {
      symbol();
    }
  }

  private void bytes() throws OttlException {
    int end = at + 2;
    while (isHex(end)) {
      end++;
    }
    if ((end - at) % 2 != 0) {
      throw new OttlException(at + 1, "an even number of hex digits");
    }
    add(Token.Kind.BYTES, end);
  }

  private void number() {
    int end = digits(at);
    if (!is(end, '.') || !isDigit(end + 1)) {
      add(Token.Kind.INT, end);
      return;
    }
    end = digits(end + 1);
    if (is(end, 'e') || is(end, 'E')) {
      int exponent = is(end + 1, '-') || is(end + 1, '+') ? end + 2 : end + 1;
      end = isDigit(exponent) ? digits(exponent) : end;
    }
    add(Token.Kind.FLOAT, end);
  }

  private void symbol() throws OttlException {
    for (String symbol : SYMBOLS) {
      if (text.startsWith(symbol, at)) {
        add(Token.Kind.SYMBOL, at + symbol.length());
        return;
      }
    }
    throw new OttlException(at + 1, "no character " + shown(text.codePointAt(at)));
  }

  private static String shown(int codePoint) {
    return Character.isISOControl(codePoint)
        ? "number " + codePoint
        : "`" + Character.toString(codePoint) + "`";
  }

  private void add(Token.Kind kind, int end) {
    tokens.add(new Token(kind, text.substring(at, end), at + 1));
    at = end;
  }

  private int digits(int from) {
    int end = from;
    while (isDigit(end)) {
      end++;
    }
    return end;
  }

  private boolean is(int i, char c) {
    return i < text.length() && text.charAt(i) == c;
  }

  private boolean isDigit(int i) {
    return i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '9';
  }

  private boolean isLetter(int i) {
    return i < text.length()
        && ((text.charAt(i) >= 'a' && text.charAt(i) <= 'z')
            || (text.charAt(i) >= 'A' && text.charAt(i) <= 'Z'));
  }

  private boolean isHex(int i) {
    return i < text.length() && text.charAt(i) < 0x80 && Character.digit(text.charAt(i), 16) >= 0;
  }
}
