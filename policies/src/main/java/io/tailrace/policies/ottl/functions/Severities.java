package io.tailrace.policies.ottl.functions;

import io.tailrace.policies.ottl.values.EvaluationException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Severity mapping of {@code ParseSeverity}: texts and integer ranges for each level, in order. */
final class Severities {
  private static final Map<String, Range> PLACEHOLDERS =
      Map.of(
          "2xx", new Range(200, 299),
          "3xx", new Range(300, 399),
          "4xx", new Range(400, 499),
          "5xx", new Range(500, 599));

  private record Range(long min, long max) {
    boolean contains(long value) {
      return min <= value && value <= max;
    }
  }

  private record Level(Set<String> texts, List<Range> ranges) {}

  private final Map<String, Level> levels = new LinkedHashMap<>();

  private Severities() {}

  /**
   * Parses a mapping.
   *
   * @return null if a part of the mapping is invalid
   */
  static @Nullable Severities of(Map<?, ?> mapping) {
    Severities severities = new Severities();
    for (Map.Entry<?, ?> entry : mapping.entrySet()) {
      Level level = entry.getValue() instanceof List<?> list ? level(list) : null;
      if (level == null) {
        return null;
      }
      severities.levels.put((String) entry.getKey(), level);
    }
    return severities;
  }

  private static @Nullable Level level(List<?> criteria) {
    Set<String> texts = new HashSet<>();
    List<Range> ranges = new ArrayList<>();
    for (Object criterion : criteria) {
      if (!(criterion instanceof Map<?, ?> map)) {
        return null;
      }
      for (Object text : map.get("equals") instanceof List<?> list ? list : List.of()) {
        if (!(text instanceof String value)) {
          return null;
        }
        texts.add(value);
      }
      Range range = range(map.get("range"));
      boolean broken = map.containsKey("equals") && !(map.get("equals") instanceof List);
      if (broken || (range == null && map.containsKey("range"))) {
        return null;
      }
      if (range != null) {
        ranges.add(range);
      }
    }
    return new Level(texts, ranges);
  }

  private static @Nullable Range range(@Nullable Object range) {
    if (range instanceof Map<?, ?> map
        && map.get("min") instanceof Long min
        && map.get("max") instanceof Long max) {
      return new Range(min, max);
    }
    return range instanceof String text ? PLACEHOLDERS.get(text) : null;
  }

  @Nullable String of(Object value) {
    for (Map.Entry<String, Level> entry : levels.entrySet()) {
      Level level = entry.getValue();
      boolean found =
          value instanceof Long number
              ? level.ranges.stream().anyMatch(range -> range.contains(number))
              : value instanceof String text && level.texts.contains(text);
      if (found) {
        return entry.getKey();
      }
    }
    throw new EvaluationException("no severity for this");
  }
}
