package io.tailrace.policies.ottl;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * A compiled expression with the names of its groups, several of which may be the same.
 *
 * @param names of groups, in order
 * @param groups what the pattern knows them by
 */
record NamedGroups(Pattern pattern, List<String> names, List<String> groups) {
  /** Null after a fault. */
  static NamedGroups compile(String regex, Regexes regexes, Consumer<String> fault) {
    GroupNames named = GroupNames.of(regex);
    Pattern pattern = regexes.compile(named.regex(), fault).orElse(null);
    return pattern == null ? null : new NamedGroups(pattern, named.names(), named.groups());
  }

  boolean isEmpty() {
    return names.isEmpty();
  }

  /** Tells of each group at the first place where the expression matches; null of one without. */
  void find(String text, Frame frame, BiConsumer<String, String> group) {
    Matcher matcher = TextConverters.matcher(text, pattern, frame);
    if (matcher.find()) {
      for (int i = 0; i < names.size(); i++) {
        group.accept(names.get(i), matcher.group(groups.get(i)));
      }
    }
  }
}
