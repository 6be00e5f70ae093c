package io.tailrace.policies.kinds;

import com.google.re2j.Pattern;
import io.tailrace.policies.document.MappingReader;
import io.tailrace.policies.document.Node;
import io.tailrace.policies.policy.Extent;
import io.tailrace.policies.policy.Policy;
import io.tailrace.policies.policy.PolicyContext;
import io.tailrace.policies.policy.PolicyKind;
import io.tailrace.policies.policy.Words;
import io.tailrace.policies.signals.AttributeTest;
import io.tailrace.policies.signals.AttributeValue;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Samples traces whose string attribute {@code key} equals one of {@code values}, or matches one of
 * them as a regular expression.
 */
final class StringAttribute implements PolicyKind {
  private static final long DEFAULT_CACHE_SIZE = 128;

  @Override
  public String type() {
    return "string_attribute";
  }

  @Override
  public Policy read(MappingReader settings, PolicyContext context) {
    String key = settings.get("key").string();
    Node values = settings.get("values");
    boolean regex = settings.get("enabled_regex_matching").bool(false);
    long cacheSize = settings.get("cache_max_size").integer(0, Integer.MAX_VALUE, 0);
    if (regex) {
      List<Pattern> patterns = context.regexes().compile(values);
      AttributeTest test = new RegexTest(patterns, cacheSize == 0 ? DEFAULT_CACHE_SIZE : cacheSize);
      List<String> shown = patterns.stream().map(Pattern::pattern).toList();
      return AttributePolicy.of(
          key,
          test,
          "matches " + Words.eitherQuoted(shown),
          shown.isEmpty()
              ? new Extent.None(true)
              : new Extent.Among("match of " + key, Set.copyOf(shown)),
          settings,
          context);
    }
    Set<String> texts = Texts.notEmpty(values);
    AttributeTest test = new OneOf(Set.copyOf(texts));
    return AttributePolicy.of(
        key,
        test,
        "is " + Words.eitherQuoted(texts),
        texts.isEmpty()
            ? new Extent.None(true)
            : new Extent.Among("text " + key, Set.copyOf(texts)),
        settings,
        context);
  }

  private record OneOf(Set<String> texts) implements AttributeTest {
    @Override
    public String toString() {
      return "OneOf" + new TreeSet<>(texts); // the same in every JVM, for Signals.identity
    }

    @Override
    public boolean matches(AttributeValue value) {
      return value.kind() == AttributeValue.Kind.STRING && texts.contains(value.string());
    }
  }
}
