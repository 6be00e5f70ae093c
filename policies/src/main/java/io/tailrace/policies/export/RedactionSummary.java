package io.tailrace.policies.export;

import io.tailrace.policies.ottl.values.Values;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Collects what a redaction did to one list of attributes, for the attributes that tell of it. Adds
 * to those of an earlier redaction. Reusable; not thread-safe.
 */
public final class RedactionSummary {
  /** Keys that {@code allowed_keys} need not have. As in the Collector, not all of them. */
  static final Set<String> ALLOWED =
      Set.of(
          "redaction.redacted.keys",
          "redaction.redacted.count",
          "redaction.masked.keys",
          "redaction.masked.count",
          "redaction.ignored.count");

  private static final String SEPARATOR = ",";

  private final SummaryLevel level;
  private final List<String> removed = new ArrayList<>();
  private final List<String> masked = new ArrayList<>();
  private final List<String> allowed = new ArrayList<>();
  private final List<String> ignored = new ArrayList<>();

  RedactionSummary(SummaryLevel level) {
    this.level = level;
  }

  /** Starts the next list. */
  public void clear() {
    removed.clear();
    masked.clear();
    allowed.clear();
    ignored.clear();
  }

  /** Returns whether keys are noted at all. */
  public boolean isSilent() {
    return level == SummaryLevel.SILENT;
  }

  public void removed(String key) {
    note(removed, key);
  }

  public void masked(String key) {
    note(masked, key);
  }

  public void allowed(String key) {
    note(allowed, key);
  }

  public void ignored(String key) {
    note(ignored, key);
  }

  private void note(List<String> keys, String key) {
    if (!isSilent()) {
      keys.add(key);
    }
  }

  /** Returns whether there is nothing to tell. */
  public boolean isEmpty() {
    return removed.isEmpty() && masked.isEmpty() && allowed.isEmpty() && ignored.isEmpty();
  }

  /**
   * Returns attributes to set in the list: texts and longs by key.
   *
   * @param present returns the value that the list has for a key, or null
   */
  public Map<String, Object> attributes(Function<String, @Nullable Object> present) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    add("redacted", removed, present, attributes);
    add("masked", masked, present, attributes);
    add("allowed", allowed, present, attributes);
    addCount("ignored", ignored.size(), present, attributes);
    return attributes;
  }

  private void add(
      String what,
      List<String> keys,
      Function<String, @Nullable Object> present,
      Map<String, Object> to) {
    int count = keys.size();
    if (count > 0 && level == SummaryLevel.DEBUG) {
      String name = "redaction." + what + ".keys";
      List<String> all = new ArrayList<>(keys);
      if (present.apply(name) instanceof String earlier && !earlier.isEmpty()) {
        all.addAll(List.of(earlier.split(SEPARATOR, -1)));
      }
      all.sort(Values::order);
      to.put(name, String.join(SEPARATOR, all));
    }
    addCount(what, count, present, to);
  }

  private static void addCount(
      String what, long count, Function<String, @Nullable Object> present, Map<String, Object> to) {
    if (count > 0) {
      String name = "redaction." + what + ".count";
      to.put(name, present.apply(name) instanceof Long earlier ? earlier + count : count);
    }
  }
}
