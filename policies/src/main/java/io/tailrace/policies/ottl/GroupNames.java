package io.tailrace.policies.ottl;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The named groups of a regular expression. Go lets several groups have one name, RE2/J does not:
 * its expression has a number behind the name of each group but the first.
 *
 * @param regex for RE2/J
 * @param names of the groups, in order
 * @param groups what RE2/J knows the groups by, in the same order
 */
public record GroupNames(String regex, List<String> names, List<String> groups) {
  /** Makes the names of groups unique; a broken expression stays broken. */
  public static GroupNames of(String regex) {
    return regex.contains("<")
        ? new Scan(regex).result()
        : new GroupNames(regex, List.of(), List.of());
  }

  /** Goes over the expression once; no group begins in a class of characters or in quotes. */
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
