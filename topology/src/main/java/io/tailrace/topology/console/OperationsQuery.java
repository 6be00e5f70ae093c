package io.tailrace.topology.console;

import io.tailrace.topology.operations.OperationsReport;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads the parameters of a request for operations. */
final class OperationsQuery {
  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 10_000;
  private static final int MAX_TEXT_CHARS = 200;

  private OperationsQuery() {}

  /**
   * Returns what a query asks for.
   *
   * @param raw query of the URL, or null: all defaults
   * @throws ConsoleFault if a value is not valid; unknown parameters have no effect
   */
  static OperationsReport.Query of(@Nullable String raw) {
    Map<String, String> values = values(raw == null ? "" : raw);
    String text = values.getOrDefault("q", "").strip();
    if (text.length() > MAX_TEXT_CHARS) {
      throw new ConsoleFault(400, "q (expected: at most " + MAX_TEXT_CHARS + " characters)");
    }
    return new OperationsReport.Query(text, limit(values.get("limit")), sort(values.get("sort")));
  }

  private static Map<String, String> values(String raw) {
    Map<String, String> values = new HashMap<>();
    for (String part : raw.split("&", -1)) {
      int equals = part.indexOf('=');
      if (equals > 0) {
        values.putIfAbsent(part.substring(0, equals), decoded(part.substring(equals + 1)));
      }
    }
    return values;
  }

  private static String decoded(String value) {
    try {
      return URLDecoder.decode(value, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new ConsoleFault(400, "query (expected: URL-encoded values)");
    }
  }

  private static int limit(@Nullable String text) {
    if (text == null) {
      return DEFAULT_LIMIT;
    }
    try {
      int limit = Integer.parseInt(text);
      if (limit >= 1 && limit <= MAX_LIMIT) {
        return limit;
      }
    } catch (NumberFormatException e) {
      // reported below, as a number out of range
    }
    throw new ConsoleFault(400, "limit: %s (expected: 1 to %d)".formatted(shown(text), MAX_LIMIT));
  }

  private static OperationsReport.Sort sort(@Nullable String text) {
    if (text == null) {
      return OperationsReport.Sort.CALLS;
    }
    for (OperationsReport.Sort sort : OperationsReport.Sort.values()) {
      if (label(sort).equals(text)) {
        return sort;
      }
    }
    String known =
        Arrays.stream(OperationsReport.Sort.values())
            .map(OperationsQuery::label)
            .collect(Collectors.joining(", "));
    throw new ConsoleFault(400, "sort: %s (expected: one of %s)".formatted(shown(text), known));
  }

  private static String label(OperationsReport.Sort sort) {
    return sort.name().toLowerCase(Locale.ROOT);
  }

  private static String shown(String text) {
    return text.length() <= MAX_TEXT_CHARS ? text : text.substring(0, MAX_TEXT_CHARS) + "…";
  }
}
