package io.tailrace.policies.ottl;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Parses a condition by recursive descent without backtracking. OTTL's grammar needs lookahead to
 * distinguish {@code (a + b) > c} from {@code (a > b) and c}. This parser uses one precedence
 * hierarchy for both, and each operator rejects operands that the grammar does not allow.
 */
final class Parser {
  /**
   * Maximum nesting of parentheses, calls, keys, lists and maps. Limits the stack in parsing and
   * evaluation.
   */
  static final int MAX_DEPTH = 40;

  private static final Set<String> COMPARISONS = Set.of("==", "!=", ">=", "<=", ">", "<");
  private static final Set<String> WORDS = Set.of("and", "or", "not", "true", "false", "nil");

  private final List<Token> tokens;
  private int at;
  private int depth;

  private Parser(List<Token> tokens) {
    this.tokens = tokens;
  }

  static Ast parse(String text) throws OttlException {
    Parser parser = new Parser(Lexer.split(text));
    Ast condition = parser.or();
    if (parser.peek().kind() != Token.Kind.END) {
      throw parser.unexpected("an operator or the end");
    }
    return require(condition, Ast::isCondition, "a comparison or a function that is true or false");
  }

  private Ast or() throws OttlException {
    return joined("or", false);
  }

  private Ast and() throws OttlException {
    return joined("and", true);
  }

  private Ast joined(String word, boolean all) throws OttlException {
    int column = peek().column();
    Ast first = all ? not() : and();
    if (!peek().isWord(word)) {
      return first;
    }
    List<Ast> operands = new ArrayList<>();
    operands.add(requireCondition(first));
    while (peek().isWord(word)) {
      at++;
      operands.add(requireCondition(all ? not() : and()));
    }
    return new Ast.Joined(all, operands, column);
  }

  private Ast not() throws OttlException {
    if (!peek().isWord("not")) {
      return comparison();
    }
    int column = take().column();
    return new Ast.Not(requireCondition(comparison()), column);
  }

  private Ast comparison() throws OttlException {
    Ast left = sum();
    Token operator = peek();
    if (operator.kind() != Token.Kind.SYMBOL || !COMPARISONS.contains(operator.text())) {
      return left;
    }
    requireValue(left);
    at++;
    Ast right = requireValue(sum());
    return new Ast.Comparison(left, operator.text(), right, left.column());
  }

  private Ast sum() throws OttlException {
    return arithmetic("+-", false);
  }

  private Ast product() throws OttlException {
    return arithmetic("*/", true);
  }

  private Ast arithmetic(String operators, boolean product) throws OttlException {
    Ast first = product ? signed() : product();
    List<Ast.Step> steps = new ArrayList<>();
    while (peek().kind() == Token.Kind.SYMBOL && operators.contains(peek().text())) {
      requireNumber(first);
      Token operator = take();
      Ast operand = requireNumber(product ? signed() : product());
      steps.add(new Ast.Step(operator.text().charAt(0), operand, operator.column()));
    }
    return steps.isEmpty() ? first : new Ast.Arithmetic(first, steps, first.column());
  }

  private Ast signed() throws OttlException {
    if (!peek().isSymbol("-") && !peek().isSymbol("+")) {
      return operand();
    }
    Token sign = take();
    Ast operand = requireNumber(operand());
    if (sign.text().equals("+")) {
      return operand;
    }
    if (operand instanceof Ast.Literal literal && literal.value() instanceof Long integer) {
      return new Ast.Literal(-integer, sign.column());
    }
    if (operand instanceof Ast.Literal literal && literal.value() instanceof Double real) {
      return new Ast.Literal(-real, sign.column());
    }
    return new Ast.Negation(operand, sign.column());
  }

  private Ast operand() throws OttlException {
    if (++depth > MAX_DEPTH) {
      throw new OttlException(peek().column(), "at most " + MAX_DEPTH + " levels");
    }
    Ast operand = operandAt(peek());
    depth--;
    return operand;
  }

  private Ast operandAt(Token token) throws OttlException {
    return switch (token.kind()) {
      case STRING -> literal(token.text());
      case INT, FLOAT -> literal(number(token));
      case BYTES -> literal(HexFormat.of().parseHex(token.text().substring(2)));
      case NAME -> named(token);
      case SYMBOL ->
          switch (token.text()) {
            case "(" -> parenthesized();
            case "[" -> new Ast.ListOf(list("]"), token.column());
            case "{" -> map();
            default -> throw unexpected("a value");
          };
      case END -> throw unexpected("a value");
    };
  }

  private Ast literal(@Nullable Object value) {
    return new Ast.Literal(value, take().column());
  }

  private static Object number(Token token) throws OttlException {
    try {
      if (token.kind() == Token.Kind.INT) {
        return Long.parseLong(token.text());
      }
      double value = Double.parseDouble(token.text());
      if (Double.isFinite(value)) {
        return value;
      }
    } catch (NumberFormatException beyond64Bits) {
      // reported below
    }
    throw new OttlException(token.column(), "a number of 64 bits");
  }

  private Ast named(Token token) throws OttlException {
    return switch (token.text()) {
      case "true" -> literal(true);
      case "false" -> literal(false);
      case "nil" -> literal(null);
      case "and", "or", "not" -> throw unexpected("a value");
      default -> token.isCapitalized() ? capitalized(token) : path(token);
    };
  }

  private Ast capitalized(Token token) throws OttlException {
    at++;
    if (!peek().isSymbol("(")) {
      return new Ast.EnumName(token.text(), token.column());
    }
    at++;
    List<Ast.Argument> arguments = arguments();
    return new Ast.Call(token.text(), arguments, keys(), token.column());
  }

  private Ast path(Token first) throws OttlException {
    if (tokens.get(at + 1).isSymbol("(")) {
      throw new OttlException(
          first.column(), "a function that starts with a capital, not " + first.shown());
    }
    List<String> segments = new ArrayList<>();
    segments.add(segment());
    List<Ast> keys = keys();
    while (peek().isSymbol(".")) {
      if (!keys.isEmpty()) {
        throw new OttlException(peek().column(), "`[` for a key of an attribute");
      }
      at++;
      segments.add(segment());
      keys = keys();
    }
    return new Ast.Path(segments, keys, first.column());
  }

  private String segment() throws OttlException {
    Token token = peek();
    boolean lower = token.text().chars().noneMatch(c -> c >= 'A' && c <= 'Z');
    if (token.kind() != Token.Kind.NAME || !lower || WORDS.contains(token.text())) {
      throw unexpected("a path of lower-case names");
    }
    return take().text();
  }

  private List<Ast> keys() throws OttlException {
    List<Ast> keys = new ArrayList<>();
    while (peek().isSymbol("[")) {
      at++;
      keys.add(requireValue(sum()));
      expect("]");
    }
    return keys;
  }

  private List<Ast.Argument> arguments() throws OttlException {
    List<Ast.Argument> arguments = new ArrayList<>();
    while (!peek().isSymbol(")")) {
      if (!arguments.isEmpty()) {
        expect(",");
      }
      Token first = peek();
      @Nullable String name = null;
      if (first.kind() == Token.Kind.NAME && tokens.get(at + 1).isSymbol("=")) {
        name = first.text();
        at += 2;
      }
      arguments.add(new Ast.Argument(name, requireValue(sum()), first.column()));
    }
    at++;
    return arguments;
  }

  private List<Ast> list(String end) throws OttlException {
    at++;
    List<Ast> items = new ArrayList<>();
    while (!peek().isSymbol(end)) {
      if (!items.isEmpty()) {
        expect(",");
      }
      items.add(requireValue(sum()));
    }
    at++;
    return items;
  }

  private Ast map() throws OttlException {
    int column = take().column();
    List<Ast.Entry> entries = new ArrayList<>();
    while (!peek().isSymbol("}")) {
      if (!entries.isEmpty()) {
        expect(",");
      }
      if (peek().kind() != Token.Kind.STRING) {
        throw unexpected("a key in quotes or `}`");
      }
      String key = take().text();
      expect(":");
      entries.add(new Ast.Entry(key, requireValue(sum())));
    }
    at++;
    return new Ast.MapOf(entries, column);
  }

  /** Parentheses may contain a condition or arithmetic, but not a text, list or nil. */
  private Ast parenthesized() throws OttlException {
    at++;
    Ast inner =
        require(or(), ast -> ast.isCondition() || ast.isNumeric(), "a condition or arithmetic");
    expect(")");
    return inner;
  }

  private static Ast requireCondition(Ast ast) throws OttlException {
    return require(ast, Ast::isCondition, "a condition, such as a comparison");
  }

  private static Ast requireValue(Ast ast) throws OttlException {
    return require(ast, Ast::isValue, "a value and no condition");
  }

  private static Ast requireNumber(Ast ast) throws OttlException {
    return require(ast, Ast::isNumeric, "a number, a path or a function");
  }

  private static Ast require(Ast ast, Predicate<Ast> test, String expected) throws OttlException {
    if (!test.test(ast)) {
      throw new OttlException(ast.column(), expected);
    }
    return ast;
  }

  private void expect(String symbol) throws OttlException {
    if (!peek().isSymbol(symbol)) {
      throw unexpected("`" + symbol + "`");
    }
    at++;
  }

  private OttlException unexpected(String expected) {
    return new OttlException(peek().column(), expected + " instead of " + peek().shown());
  }

  private Token peek() {
    return tokens.get(at);
  }

  private Token take() {
    return tokens.get(at++);
  }
}
