package io.tailrace.topology.convert;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Adds the context to paths of OTTL conditions on spans. The conditions of a {@code tail_sampling}
 * policy can omit it, those of a rule cannot.
 */
final class OttlPaths {
  private static final Set<String> CONTEXTS =
      Set.of("span", "resource", "instrumentation_scope", "scope");
  private static final Set<String> WORDS = Set.of("and", "or", "not", "true", "false", "nil");

  /** A quoted text, a path or a name with what follows it, or any other character. */
  private static final Pattern TOKEN =
      Pattern.compile(
          "\"(?:[^\"\\\\]|\\\\.)*\"|(?<path>[a-z_][a-z0-9_]*(?:\\.[a-z_][a-z0-9_]*)*)"
              + "(?<call>\\s*(?:\\(|=(?!=)))?|[A-Za-z0-9_.]+|.",
          Pattern.DOTALL);

  private OttlPaths() {}

  static String withContext(String condition) {
    StringBuilder text = new StringBuilder();
    Matcher token = TOKEN.matcher(condition);
    boolean afterBracket = false;
    while (token.find()) {
      String path = token.group("path");
      boolean isField = afterBracket && token.group().startsWith(".");
      if (path != null && token.group("call") == null && !isField && needsContext(path)) {
        text.append("span.");
      }
      text.append(token.group());
      afterBracket = token.group().equals("]");
    }
    return text.toString();
  }

  private static boolean needsContext(String path) {
    String first = path.contains(".") ? path.substring(0, path.indexOf('.')) : path;
    return !CONTEXTS.contains(first) && !WORDS.contains(path);
  }
}
