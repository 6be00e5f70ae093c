package io.tailrace.policies;

import com.google.re2j.Pattern;
import java.util.List;

/** Whether one of some RE2 patterns is found anywhere in a text. */
final class RegexTest implements AttributeTest {
  private final List<Pattern> patterns;
  private final MatchCache cache;

  /**
   * @param cacheSize results to remember
   */
  RegexTest(List<Pattern> patterns, long cacheSize) {
    this.patterns = List.copyOf(patterns);
    this.cache = new MatchCache(cacheSize);
  }

  /** Empty texts never match: the Collector skips those of spans. */
  @Override
  public boolean matches(AttributeValue value) {
    if (value.kind() != AttributeValue.Kind.STRING) {
      return false;
    }
    String text = value.string();
    return !text.isEmpty() && cache.matches(text, this::found);
  }

  private boolean found(String text) {
    for (Pattern pattern : patterns) {
      if (pattern.matcher(text).find()) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RegexTest that && patterns.equals(that.patterns);
  }

  @Override
  public int hashCode() {
    return patterns.hashCode();
  }

  @Override
  public String toString() {
    return "RegexTest" + patterns;
  }
}
