package io.tailrace.policies.kinds;

import com.google.re2j.Pattern;
import io.tailrace.policies.signals.AttributeTest;
import io.tailrace.policies.signals.AttributeValue;
import java.util.List;

/** Tests whether at least one of the RE2 patterns matches a part of the text. */
final class RegexTest implements AttributeTest {
  private final List<Pattern> patterns;
  private final MatchCache cache;

  /**
   * @param cacheSize number of results to cache
   */
  RegexTest(List<Pattern> patterns, long cacheSize) {
    this.patterns = List.copyOf(patterns);
    this.cache = new MatchCache(cacheSize);
  }

  /** Empty values never match: the Collector skips them. */
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
