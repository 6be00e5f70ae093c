package io.tailrace.policies.ottl.functions;

import io.tailrace.policies.ottl.values.EvaluationException;
import io.tailrace.policies.ottl.values.Frame;
import io.tailrace.policies.ottl.values.Regexes;
import io.tailrace.policies.ottl.values.Strings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A Grok expression: an RE2 one with {@code %{NAME}}, {@code %{NAME:field}} and {@code
 * %{NAME:field:type}} for named patterns.
 */
final class Grok {
  /** Limit for nested patterns. Stops recursive definitions. */
  private static final int MAX_DEPTH = 20;

  private static final int MAX_CHARS = 20_000;

  /** Replaces dots in group names, as in go-grok. */
  private static final String DOT = "___";

  private static final java.util.regex.Pattern REFERENCE =
      java.util.regex.Pattern.compile("%\\{(\\w+)(?::([\\w+.]+)(?::(\\w+))?)?\\}");

  /** Type of a field. */
  private enum Kind {
    TEXT,
    INTEGER,
    REAL,
    BOOLEAN;

    /** Returns the type by name. Null if unknown. */
    @Nullable
    static Kind of(String name) {
      return switch (name) {
        case "string" -> TEXT;
        case "int", "long" -> INTEGER;
        case "float", "double" -> REAL;
        case "bool", "boolean" -> BOOLEAN;
        default -> null;
      };
    }
  }

  private final Map<String, String> definitions;
  private final boolean namedOnly;
  private final Consumer<String> fault;
  private final Map<String, Kind> kinds = new LinkedHashMap<>();

  @SuppressWarnings("NullAway.Init") // set by compile(), which creates the instance
  private NamedGroups pattern;

  private Grok(Map<String, String> definitions, boolean namedOnly, Consumer<String> fault) {
    this.definitions = definitions;
    this.namedOnly = namedOnly;
    this.fault = fault;
  }

  /**
   * Compiles an expression.
   *
   * @param namedOnly whether only patterns with a field are captured
   * @return null after a fault
   */
  static @Nullable Grok compile(
      String expression,
      boolean namedOnly,
      Map<String, String> definitions,
      Regexes regexes,
      Consumer<String> fault) {
    Grok grok = new Grok(definitions, namedOnly, fault);
    StringBuilder regex = new StringBuilder();
    if (!grok.expand(expression, regex, 0)) {
      return null;
    }
    NamedGroups pattern = NamedGroups.compile(regex.toString(), regexes, fault);
    if (pattern == null) {
      return null;
    }
    if (namedOnly && pattern.isEmpty()) {
      fault.accept("an expression with a named field");
      return null;
    }
    grok.pattern = pattern;
    return grok;
  }

  private boolean expand(String expression, StringBuilder regex, int depth) {
    java.util.regex.Matcher reference = REFERENCE.matcher(expression);
    int at = 0;
    while (reference.find()) {
      String name = reference.group(1);
      String definition = definitions.getOrDefault(name, GrokPatterns.BY_NAME.get(name));
      if (definition == null) {
        fault.accept("a known pattern, or a definition of " + name);
        return false;
      }
      if (depth == MAX_DEPTH || regex.length() + expression.length() > MAX_CHARS) {
        fault.accept("patterns that do not name themselves, and are not so long");
        return false;
      }
      regex.append(expression, at, reference.start()).append(group(name, reference.group(2)));
      if (!isKnown(reference) || !expand(definition, regex, depth + 1)) {
        return false;
      }
      regex.append(')');
      at = reference.end();
    }
    regex.append(expression, at, expression.length());
    return true;
  }

  private String group(String name, String field) {
    if (field == null && namedOnly) {
      return "(?:";
    }
    return "(?P<" + (field == null ? name : field).replace(".", DOT) + ">";
  }

  /** Returns whether a field has no type or a known type. */
  private boolean isKnown(java.util.regex.Matcher reference) {
    if (reference.group(3) == null) {
      return true;
    }
    Kind kind = Kind.of(reference.group(3));
    if (kind == null) {
      fault.accept("a type such as int, long, float, double or boolean");
      return false;
    }
    kinds.put(reference.group(2).replace(".", DOT), kind);
    return true;
  }

  /** Returns the non-empty fields of the first match. */
  Map<String, Object> extract(String text, Frame frame) {
    Map<String, Object> fields = new LinkedHashMap<>();
    pattern.find(
        text,
        frame,
        (group, found) -> {
          if (found != null && !found.isEmpty()) {
            fields.put(
                group.replace(DOT, "."), converted(found, kinds.getOrDefault(group, Kind.TEXT)));
          }
        });
    return fields;
  }

  private static Object converted(String text, Kind kind) {
    Object value =
        switch (kind) {
          case TEXT -> text;
          case INTEGER -> Strings.integerOrNull(text);
          case REAL -> Strings.realOrNull(text);
          case BOOLEAN -> TypeConverters.booleanOrNull(text);
        };
    if (value == null) {
      throw new EvaluationException("a field that is not of its type");
    }
    return value;
  }

  /** Parses definitions. Null if one has no name or no pattern. */
  static @Nullable Map<String, String> definitions(List<?> texts) {
    Map<String, String> definitions = new LinkedHashMap<>();
    for (Object text : texts) {
      int end = text instanceof String given ? given.indexOf('=') : -1;
      if (end <= 0 || ((String) text).substring(0, end).contains(":")) {
        return null;
      }
      definitions.put(((String) text).substring(0, end), ((String) text).substring(end + 1));
    }
    return definitions;
  }
}
