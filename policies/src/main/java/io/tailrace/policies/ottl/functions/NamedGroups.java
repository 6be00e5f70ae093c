package io.tailrace.policies.ottl.functions;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.tailrace.policies.ottl.values.Frame;
import io.tailrace.policies.ottl.values.Regexes;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A compiled expression with its group names, which may contain duplicates.
 *
 * @param names original group names, in order
 * @param groups group names in the pattern
 */
record NamedGroups(Pattern pattern, List<String> names, List<String> groups) {
  /** Compiles an expression. Null after a fault. */
  static @Nullable NamedGroups compile(String regex, Regexes regexes, Consumer<String> fault) {
    GroupNames named = GroupNames.of(regex);
    Pattern pattern = regexes.compile(named.regex(), fault).orElse(null);
    return pattern == null ? null : new NamedGroups(pattern, named.names(), named.groups());
  }

  boolean isEmpty() {
    return names.isEmpty();
  }

  /**
   * Passes each group of the first match to {@code group}. The value of an unmatched group is null.
   */
  void find(String text, Frame frame, BiConsumer<String, String> group) {
    Matcher matcher = TextConverters.matcher(text, pattern, frame);
    if (matcher.find()) {
      for (int i = 0; i < names.size(); i++) {
        group.accept(names.get(i), matcher.group(groups.get(i)));
      }
    }
  }
}
