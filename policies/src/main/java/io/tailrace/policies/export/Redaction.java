package io.tailrace.policies.export;

import com.google.re2j.Pattern;
import io.tailrace.policies.policy.Words;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * One block of the Collector's {@code redaction} processor: decides about keys and texts. Source:
 * {@code processor/redactionprocessor/processor.go}, {@code processAttrs}. Immutable, thread-safe.
 */
public final class Redaction {
  private final String name;
  private final Keys keys;
  private final Values values;
  private final Mask mask;
  private final SummaryLevel summary;

  /**
   * Rules for keys.
   *
   * @param allowAll whether a key that {@code allowed} does not have is kept
   */
  record Keys(
      boolean allowAll,
      Set<String> allowed,
      Set<String> ignored,
      List<Pattern> ignoredPatterns,
      List<Pattern> blocked) {}

  /**
   * Rules for values.
   *
   * @param allTypes whether values that are no text are examined as text
   * @param names whether names and status messages are examined, too
   */
  record Values(List<Pattern> blocked, List<Pattern> allowed, boolean allTypes, boolean names) {}

  Redaction(String name, Keys keys, Values values, Mask mask, SummaryLevel summary) {
    this.name = name;
    this.keys = keys;
    this.values = values;
    this.mask = mask;
    this.summary = summary;
  }

  /** Returns the key of the block in its document, such as {@code redaction/cards}. */
  public String name() {
    return name;
  }

  /** Returns what a key decides. */
  public KeyRule of(String key) {
    if (keys.ignored.contains(key) || matches(keys.ignoredPatterns, key)) {
      return KeyRule.IGNORED;
    }
    if (!keys.allowAll && !keys.allowed.contains(key) && !RedactionSummary.ALLOWED.contains(key)) {
      return KeyRule.REMOVED;
    }
    return matches(keys.blocked, key) ? KeyRule.MASKED : KeyRule.CHECKED;
  }

  /** Returns whether the value has to be looked at. */
  public boolean examines(KeyRule rule) {
    return switch (rule) {
      case IGNORED, REMOVED -> false;
      case MASKED -> true;
      case CHECKED ->
          !values.blocked.isEmpty()
              || (!values.allowed.isEmpty() && summary != SummaryLevel.SILENT);
    };
  }

  /** Returns whether a value stays, even if it or its key is blocked. */
  public boolean isAllowed(String text) {
    return matches(values.allowed, text);
  }

  /**
   * Returns the text in place of a value that is not allowed: the same if nothing in it is blocked.
   *
   * @param rule one that {@link #examines} values
   * @throws TooLongException if the new text is far too long
   */
  public String masked(KeyRule rule, String text) {
    if (rule == KeyRule.MASKED) {
      return mask.whole(text);
    }
    String masked = text;
    for (Pattern pattern : values.blocked) {
      if (pattern.matcher(masked).find()) {
        masked = mask.matches(pattern, masked);
      }
    }
    return masked;
  }

  /** Returns whether values that are no text are examined as text; if not, they count as empty. */
  public boolean examinesAllTypes() {
    return values.allTypes;
  }

  /** Returns whether {@link #name(String)} can change a text. */
  public boolean examinesNames() {
    return values.names && !values.blocked.isEmpty();
  }

  /**
   * Returns the text in place of a name or status message.
   *
   * @throws TooLongException if the new text is far too long
   */
  public String name(String text) {
    return isAllowed(text) ? text : masked(KeyRule.CHECKED, text);
  }

  /** Returns an empty summary of one list of attributes. */
  public RedactionSummary newSummary() {
    return new RedactionSummary(summary);
  }

  String description() {
    List<String> parts = new ArrayList<>();
    if (!keys.allowAll) {
      parts.add(
          keys.allowed.isEmpty()
              ? "all attributes are removed"
              : "attributes other than " + Words.eitherQuoted(keys.allowed) + " are removed");
    }
    if (!keys.blocked.isEmpty()) {
      parts.add("a value is " + mask.description() + " if its key matches " + either(keys.blocked));
    }
    if (!values.blocked.isEmpty()) {
      parts.add(
          "text "
              + (values.names ? "in values, names and status messages" : "in values")
              + " that matches "
              + either(values.blocked)
              + " is "
              + mask.description());
    }
    if (!values.allowed.isEmpty()) {
      parts.add("except values that match " + either(values.allowed));
    }
    if (!keys.ignored.isEmpty()) {
      parts.add("except keys " + Words.eitherQuoted(keys.ignored));
    }
    if (!keys.ignoredPatterns.isEmpty()) {
      parts.add("except keys that match " + either(keys.ignoredPatterns));
    }
    return "Redacted on export by "
        + Words.clean(name)
        + ": "
        + (parts.isEmpty() ? "nothing" : String.join("; ", parts))
        + ".";
  }

  private static String either(Collection<Pattern> patterns) {
    return Words.eitherQuoted(patterns.stream().map(Pattern::pattern).toList());
  }

  private static boolean matches(List<Pattern> patterns, String text) {
    for (Pattern pattern : patterns) {
      if (pattern.matcher(text).find()) {
        return true;
      }
    }
    return false;
  }
}
