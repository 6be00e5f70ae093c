package io.tailrace.topology.convert;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Writes rules as an {@code adaptive_tail_sampling} block. */
final class RuleWriter {
  private RuleWriter() {}

  static String write(List<String> comments, List<String> settings, List<Rule> rules) {
    StringBuilder text = new StringBuilder();
    comments.forEach(c -> text.append("# ").append(Yaml.comment(c)).append('\n'));
    text.append("processors:\n  adaptive_tail_sampling:\n");
    settings.forEach(s -> text.append("    ").append(s).append('\n'));
    text.append("    rules:\n");
    Set<String> names = new HashSet<>();
    rules.forEach(rule -> append(text, rule, unique(rule.name(), names)));
    return text.toString();
  }

  private static void append(StringBuilder text, Rule rule, String name) {
    text.append("      # ").append(Yaml.comment(rule.comment())).append('\n');
    text.append("      - name: ").append(Yaml.quoted(name)).append('\n');
    if (!rule.conditions().isEmpty()) {
      text.append("        match: ")
          .append(rule.sameSpan() ? "same_span" : "any_span")
          .append('\n');
      text.append("        conditions:\n");
      rule.conditions()
          .forEach(c -> text.append("          - ").append(Yaml.quoted(c)).append('\n'));
    }
    text.append("        sampler:\n");
    rule.sampler().forEach(s -> text.append("          ").append(s).append('\n'));
  }

  /** Names must be unique, and those with a leading underscore are reserved. */
  private static String unique(String wanted, Set<String> taken) {
    String base = wanted.replaceFirst("^_+", "");
    base = base.isEmpty() ? "rule" : base;
    String name = base;
    for (int i = 2; !taken.add(name); i++) {
      name = base + "-" + i;
    }
    return name;
  }
}
