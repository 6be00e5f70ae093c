package io.tailrace.policies;

import io.tailrace.policies.document.MappingReader;
import io.tailrace.policies.document.Node;
import java.util.Set;

/**
 * Traces with a text attribute {@code key} that is one of {@code values}, or in which one of them
 * is found as a regular expression.
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
    AttributeTest test =
        regex
            ? new RegexTest(
                context.regexes().compile(values), cacheSize == 0 ? DEFAULT_CACHE_SIZE : cacheSize)
            : new OneOf(Set.copyOf(Texts.notEmpty(values)));
    return AttributePolicy.of(key, test, settings, context);
  }

  private record OneOf(Set<String> texts) implements AttributeTest {
    @Override
    public boolean matches(AttributeValue value) {
      return value.kind() == AttributeValue.Kind.STRING && texts.contains(value.string());
    }
  }
}
