package io.tailrace.policies.ottl.functions;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The named groups of a regular expression. Go allows duplicate group names and RE2/J does not. In
 * the RE2/J expression, a number is appended to the name of each group except the first.
 *
 * @param regex expression for RE2/J
 * @param names original group names, in order
 * @param groups group names in the RE2/J expression, in the same order
 */
public record GroupNames(String regex, List<String> names, List<String> groups) {
  /** Makes group names unique. An invalid expression stays invalid. */
  public static GroupNames of(String regex) {
    return regex.contains("<")
        ? new Scan(regex).result()
        : new GroupNames(regex, List.of(), List.of());
  }

  /**
   * Scans the expression once. Ignores character classes and quoted text, which contain no groups.
   */
  private static final class Scan {
    private final String regex;
    private final List<String> names = new ArrayList<>();
    private final Set<String> groups = new LinkedHashSet<>();
    private final Map<String, Integer> times = new HashMap<>();
    private final StringBuilder unique = new StringBuilder();
    private int copied;
    private int at;

    private Scan(String regex) {
      this.regex = regex;
    }

    private GroupNames result() {
      while (at < regex.length()) {
        switch (regex.charAt(at)) {
          case '\\' -> escape();
          case '[' -> charClass();
          case '(' -> open();
          default -> at++;
        }
      }
      unique.append(regex, copied, regex.length());
      return new GroupNames(unique.toString(), List.copyOf(names), List.copyOf(groups));
    }

    private void escape() {
      int end = regex.startsWith("\\Q", at) ? regex.indexOf("\\E", at) : at;
      at = end < 0 ? regex.length() : end + 2;
    }

    private void charClass() {
      at++;
      at += regex.startsWith("^", at) ? 1 : 0;
      at += regex.startsWith("]", at) ? 1 : 0;
      while (at < regex.length() && regex.charAt(at) != ']') {
        int named = regex.startsWith("[:", at) ? regex.indexOf(":]", at + 2) : -1;
        at = named >= 0 ? named + 2 : at + (regex.charAt(at) == '\\' ? 2 : 1);
      }
      at++;
    }

    private void open() {
      int start = regex.startsWith("(?P<", at) ? at + 4 : regex.startsWith("(?<", at) ? at + 3 : 0;
      int end = start == 0 ? -1 : regex.indexOf('>', start);
      if (end < 0) {
        at++;
        return;
      }
      String name = regex.substring(start, end);
      String group = name;
      for (int n = times.merge(name, 1, Integer::sum); groups.contains(group); n++) {
        group = name + "_" + n;
      }
      names.add(name);
      groups.add(group);
      unique.append(regex, copied, start).append(group);
      copied = end;
      at = end + 1;
    }
  }
}
