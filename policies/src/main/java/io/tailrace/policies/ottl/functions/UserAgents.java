package io.tailrace.policies.ottl.functions;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.tailrace.policies.ottl.values.Frame;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * Identifies browsers, robots and operating systems with the regular expressions of the ua-parser
 * project. RE2 accepts them unchanged.
 */
final class UserAgents {
  private static final String RESOURCE = "/ua_parser/regexes.yaml"; // from uap-java
  private static final String UNKNOWN = "Other";
  private static final java.util.regex.Pattern REFERENCE =
      java.util.regex.Pattern.compile("\\$(\\w+)");

  /** Higher than for other patterns, because most of these patterns fail early. */
  private static final int STEPS_PER_CHAR = 256;

  /**
   * A rule.
   *
   * @param family family name with group references
   * @param version version parts with group references
   */
  private record Rule(Pattern pattern, String family, List<String> version) {}

  private final List<Rule> agents;
  private final List<Rule> systems;

  private UserAgents(List<Rule> agents, List<Rule> systems) {
    this.agents = agents;
    this.systems = systems;
  }

  /** Loads the rules on first use, because they take megabytes and time. */
  private static final class Holder {
    private static final UserAgents INSTANCE = read();
  }

  static UserAgents known() {
    return Holder.INSTANCE;
  }

  private static UserAgents read() {
    try (InputStream in = UserAgents.class.getResourceAsStream(RESOURCE)) {
      Map<?, ?> rules =
          (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromInputStream(in);
      return new UserAgents(
          rules(rules.get("user_agent_parsers"), "family_replacement", "v", 3),
          rules(rules.get("os_parsers"), "os_replacement", "os_v", 4));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Rule> rules(@Nullable Object list, String family, String version, int parts) {
    if (!(list instanceof List<?> items)) {
      throw new IllegalStateException(RESOURCE + ": no list of rules");
    }
    List<Rule> rules = new ArrayList<>();
    for (Object item : items) {
      Map<?, ?> rule = (Map<?, ?>) item;
      List<String> versions = new ArrayList<>();
      for (int i = 1; i <= parts; i++) {
        versions.add(or(rule.get(version + i + "_replacement"), "$" + (i + 1)));
      }
      String flags = rule.containsKey("regex_flag") ? "(?" + rule.get("regex_flag") + ")" : "";
      Pattern pattern = Pattern.compile(flags + rule.get("regex"));
      rules.add(new Rule(pattern, or(rule.get(family), "$1"), List.copyOf(versions)));
    }
    return List.copyOf(rules);
  }

  private static String or(@Nullable Object replacement, String absent) {
    return replacement == null ? absent : replacement.toString();
  }

  Map<String, Object> parse(String text, Frame frame) {
    Map<String, Object> map = new LinkedHashMap<>();
    String[] agent = first(agents, text, frame);
    String[] system = first(systems, text, frame);
    map.put("user_agent.name", agent[0]);
    map.put("user_agent.version", agent[1]);
    map.put("user_agent.original", text);
    map.put("os.name", system[0]);
    if (!system[1].isEmpty()) {
      map.put("os.version", system[1]);
    }
    return map;
  }

  /** Returns name and version from the first rule that matches with a name. */
  private static String[] first(List<Rule> rules, String text, Frame frame) {
    for (Rule rule : rules) {
      frame.charge(1 + text.length() * (long) rule.pattern.programSize() / STEPS_PER_CHAR);
      Matcher matcher = rule.pattern.matcher(text);
      String family = matcher.find() ? expanded(rule.family, matcher) : "";
      if (!family.isEmpty()) {
        return new String[] {family, version(rule, matcher)};
      }
    }
    return new String[] {UNKNOWN, ""};
  }

  private static String version(Rule rule, Matcher matcher) {
    StringBuilder version = new StringBuilder();
    for (String part : rule.version) {
      String shown = expanded(part, matcher);
      version.append(version.length() > 0 && !shown.isEmpty() ? "." : "").append(shown);
    }
    return version.toString();
  }

  private static String expanded(String replacement, Matcher matcher) {
    return REFERENCE.matcher(replacement).replaceAll(m -> quoted(group(m.group(1), matcher)));
  }

  private static String group(String reference, Matcher matcher) {
    boolean number = reference.length() == 1 && Character.isDigit(reference.charAt(0));
    int group = number ? reference.charAt(0) - '0' : Integer.MAX_VALUE;
    String text = group <= matcher.groupCount() ? matcher.group(group) : null;
    return text == null ? "" : text;
  }

  private static String quoted(String text) {
    return java.util.regex.Matcher.quoteReplacement(text);
  }
}
