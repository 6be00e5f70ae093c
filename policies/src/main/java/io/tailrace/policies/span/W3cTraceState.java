package io.tailrace.policies.span;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parses a {@code tracestate} header by W3C Trace Context level 1, section 3.3. An invalid header
 * counts as empty, as in the Collector.
 */
public final class W3cTraceState {
  private static final int MAX_MEMBERS = 32;

  private static final Pattern MEMBER =
      Pattern.compile(
          "[ \\t]*([a-z][a-z0-9_*/-]{0,255}|[a-z0-9][a-z0-9_*/-]{0,240}@[a-z][a-z0-9_*/-]{0,13})"
              + "=([\\x20-\\x2b\\x2d-\\x3c\\x3e-\\x7e]{0,255}[\\x21-\\x2b\\x2d-\\x3c\\x3e-\\x7e])"
              + "[ \\t]*");

  private W3cTraceState() {}

  /** Returns keys and values in header order. No entries if the header is invalid. */
  public static Map<String, String> parse(String header) {
    return parsed(header).orElse(Map.of());
  }

  /** Returns keys and values in header order. Empty if the header is invalid. */
  public static Optional<Map<String, String>> parsed(String header) {
    Map<String, String> members = new LinkedHashMap<>();
    for (String member : header.split(",", -1)) {
      if (member.isEmpty()) {
        continue;
      }
      Matcher matcher = MEMBER.matcher(member);
      if (!matcher.matches()
          || members.put(matcher.group(1), matcher.group(2)) != null
          || members.size() > MAX_MEMBERS) {
        return Optional.empty();
      }
    }
    return Optional.of(members);
  }
}
