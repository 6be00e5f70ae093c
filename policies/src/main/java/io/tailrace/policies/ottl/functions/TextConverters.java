package io.tailrace.policies.ottl.functions;

import static io.tailrace.policies.ottl.values.Parameter.Accepts.BOOL;
import static io.tailrace.policies.ottl.values.Parameter.Accepts.CONVERTIBLE;
import static io.tailrace.policies.ottl.values.Parameter.Accepts.INT;
import static io.tailrace.policies.ottl.values.Parameter.Accepts.LIST;
import static io.tailrace.policies.ottl.values.Parameter.Accepts.STRING;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.tailrace.policies.ottl.values.Converter;
import io.tailrace.policies.ottl.values.EvaluationException;
import io.tailrace.policies.ottl.values.Frame;
import io.tailrace.policies.ottl.values.Parameter;
import io.tailrace.policies.ottl.values.Regexes;
import io.tailrace.policies.ottl.values.Strings;
import io.tailrace.policies.ottl.values.Type;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Functions on text. */
final class TextConverters {
  /** Cost of a list item in addition to its text. */
  private static final int CHARS_PER_ITEM = 16;

  /** Pattern steps included in the cost of a char. */
  private static final int STEPS_PER_CHAR = 64;

  static final Parameter.Preparation REGEX =
      (text, regexes, fault) -> regexes.compile(text, fault).orElse(null);

  private static final Parameter.Preparation REGEX_WITH_NAMES =
      (text, regexes, fault) -> {
        NamedGroups groups = NamedGroups.compile(text, regexes, fault);
        if (groups != null && groups.isEmpty()) {
          fault.accept("an expression with a named group");
          return null;
        }
        return groups;
      };

  private TextConverters() {}

  static List<Converter> all() {
    return List.of(
        Converter.named("IsMatch")
            .takes("target", CONVERTIBLE)
            .takesFixed("pattern", REGEX)
            .gives(Type.BOOL, (a, f) -> isMatch(a[0], (Pattern) a[1], f)),
        Converter.named("ExtractPatterns")
            .takes("target", STRING)
            .takesFixed("pattern", REGEX_WITH_NAMES)
            .gives(Type.MAP, (a, f) -> extract((String) a[0], (NamedGroups) a[1], f)),
        Converter.named("ExtractGrokPatterns")
            .takes("target", STRING)
            .takesFixed("pattern", STRING)
            .optionallyFixed("named_captures_only", BOOL)
            .optionallyFixed("pattern_definitions", LIST)
            .binds(Type.MAP, TextConverters::grok),
        Converter.named("Concat")
            .takes("values", LIST)
            .takes("delimiter", STRING)
            .gives(Type.STRING, (a, f) -> concat((List<?>) a[0], (String) a[1], f)),
        Converter.named("Split")
            .takes("target", STRING)
            .takes("delimiter", STRING)
            .gives(Type.LIST, (a, f) -> split((String) a[0], (String) a[1], f)),
        Converter.named("Substring")
            .takes("target", STRING)
            .takes("start", INT)
            .takes("length", INT)
            .optionally("utf8_safe", BOOL)
            .gives(Type.STRING, (a, f) -> substring(a)),
        Converter.named("HasPrefix")
            .takes("value", STRING)
            .takes("prefix", STRING)
            .gives(Type.BOOL, (a, f) -> ((String) a[0]).startsWith((String) a[1])),
        Converter.named("HasSuffix")
            .takes("value", STRING)
            .takes("suffix", STRING)
            .gives(Type.BOOL, (a, f) -> ((String) a[0]).endsWith((String) a[1])),
        Converter.named("Trim")
            .takes("target", STRING)
            .optionally("replacement", STRING)
            .gives(Type.STRING, (a, f) -> trim((String) a[0], a[1] == null ? " " : (String) a[1])),
        Converter.named("TrimPrefix")
            .takes("value", STRING)
            .takes("prefix", STRING)
            .gives(Type.STRING, (a, f) -> trimPrefix((String) a[0], (String) a[1])),
        Converter.named("TrimSuffix")
            .takes("value", STRING)
            .takes("suffix", STRING)
            .gives(Type.STRING, (a, f) -> trimSuffix((String) a[0], (String) a[1])),
        Converter.named("Format")
            .takesFixed("format_string", STRING)
            .takes("format_arguments", LIST)
            .gives(
                Type.STRING, (a, f) -> new GoFormat((String) a[0], (List<?>) a[1], f).formatted()));
  }

  private static Converter.@Nullable Body grok(
      Object[] fixed, Regexes regexes, Converter.Fault fault) {
    List<?> texts = fixed[3] == null ? List.of() : (List<?>) fixed[3];
    Map<String, String> definitions = Grok.definitions(texts);
    if (definitions == null) {
      fault.at(3, "a list of NAME=pattern, names without a colon");
      return null;
    }
    boolean namedOnly = Boolean.TRUE.equals(fixed[2]);
    Grok grok =
        Grok.compile(
            (String) fixed[1], namedOnly, definitions, regexes, expected -> fault.at(1, expected));
    return grok == null ? null : (a, frame) -> grok.extract((String) a[0], frame);
  }

  private static boolean isMatch(@Nullable Object value, Pattern pattern, Frame frame) {
    return value != null && matcher(Strings.of(value, frame), pattern, frame).find();
  }

  /**
   * Charges long patterns for more text, because RE2/J may execute all steps of a pattern for each
   * char.
   */
  static Matcher matcher(String text, Pattern pattern, Frame frame) {
    frame.charge((long) text.length() * (pattern.programSize() / STEPS_PER_CHAR));
    return pattern.matcher(text);
  }

  /**
   * Returns the groups of the first match. The last of groups with the same name wins, even if it
   * does not match.
   */
  private static Map<String, Object> extract(String text, NamedGroups named, Frame frame) {
    Map<String, Object> groups = new LinkedHashMap<>();
    named.find(text, frame, (name, group) -> groups.put(name, group == null ? "" : group));
    return groups;
  }

  private static String concat(List<?> values, String delimiter, Frame frame) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < values.size(); i++) {
      Object value = values.get(i);
      String shown = value == null ? "<nil>" : Strings.of(value, frame);
      frame.charge((long) shown.length() + delimiter.length());
      text.append(i == 0 ? "" : delimiter).append(shown);
    }
    return text.toString();
  }

  private static List<Object> split(String text, String delimiter, Frame frame) {
    List<Object> parts = new ArrayList<>();
    if (delimiter.isEmpty()) {
      frame.charge((long) CHARS_PER_ITEM * text.length());
      text.codePoints().forEach(c -> parts.add(Character.toString(c)));
      return parts;
    }
    int start = 0;
    for (int end = text.indexOf(delimiter); end >= 0; end = text.indexOf(delimiter, start)) {
      frame.charge(CHARS_PER_ITEM);
      parts.add(text.substring(start, end));
      start = end + delimiter.length();
    }
    parts.add(text.substring(start));
    return parts;
  }

  /** Returns a substring by UTF-8 bytes. If safe, a bound inside a character moves inwards. */
  private static String substring(Object[] a) {
    byte[] bytes = Strings.utf8((String) a[0]);
    long start = (Long) a[1];
    long length = (Long) a[2];
    if (start < 0 || length <= 0 || start > bytes.length || length > bytes.length - start) {
      throw new EvaluationException("no such range in a string");
    }
    int from = (int) start;
    int to = (int) (start + length);
    if (Boolean.TRUE.equals(a[3])) {
      while (from < to && continues(bytes, from)) {
        from++;
      }
      while (to > from && to < bytes.length && continues(bytes, to)) {
        to--;
      }
    }
    return new String(bytes, from, to - from, StandardCharsets.UTF_8);
  }

  private static boolean continues(byte[] utf8, int at) {
    return (utf8[at] & 0xC0) == 0x80;
  }

  /** Removes the characters of {@code cut} from both ends. */
  private static String trim(String text, String cut) {
    int from = 0;
    int to = text.length();
    while (from < to && cut.indexOf(text.codePointAt(from)) >= 0) {
      from += Character.charCount(text.codePointAt(from));
    }
    while (to > from && cut.indexOf(text.codePointBefore(to)) >= 0) {
      to -= Character.charCount(text.codePointBefore(to));
    }
    return text.substring(from, to);
  }

  private static String trimPrefix(String text, String prefix) {
    return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
  }

  private static String trimSuffix(String text, String suffix) {
    return text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text;
  }
}
