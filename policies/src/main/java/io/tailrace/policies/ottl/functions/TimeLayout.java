package io.tailrace.policies.ottl.functions;

import io.tailrace.policies.ottl.values.EvaluationException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Time format with ctime-like directives for OTTL's {@code Time} and {@code FormatTime}. Each
 * directive maps to an element of a Go layout. Go's rules apply: a fraction is accepted even if the
 * layout has none, numbers may omit a leading zero, and some directives accept more than one form.
 */
final class TimeLayout {
  /** Go layouts for formatting, by directive. */
  private static final Map<Character, String> WRITTEN =
      Map.ofEntries(
          Map.entry('Y', "2006"),
          Map.entry('y', "06"),
          Map.entry('m', "01"),
          Map.entry('o', "_1"),
          Map.entry('q', "1"),
          Map.entry('b', "Jan"),
          Map.entry('h', "Jan"),
          Map.entry('B', "January"),
          Map.entry('d', "02"),
          Map.entry('e', "_2"),
          Map.entry('g', "2"),
          Map.entry('a', "Mon"),
          Map.entry('A', "Monday"),
          Map.entry('H', "15"),
          Map.entry('l', "3"),
          Map.entry('I', "03"),
          Map.entry('p', "PM"),
          Map.entry('P', "pm"),
          Map.entry('M', "04"),
          Map.entry('S', "05"),
          Map.entry('L', "999"),
          Map.entry('f', "999999"),
          Map.entry('s', "999999999"),
          Map.entry('Z', "MST"),
          Map.entry('z', "Z0700"),
          Map.entry('w', "-070000"),
          Map.entry('i', "-07"),
          Map.entry('j', "-07:00"),
          Map.entry('k', "-07:00:00"),
          Map.entry('D', "01/02/2006"),
          Map.entry('x', "01/02/2006"),
          Map.entry('F', "2006-01-02"),
          Map.entry('T', "15:04:05"),
          Map.entry('X', "15:04:05"),
          Map.entry('r', "03:04:05 pm"),
          Map.entry('R', "15:04"),
          Map.entry('n', "\n"),
          Map.entry('t', "\t"),
          Map.entry('%', "%"),
          Map.entry('c', "Mon Jan 02 15:04:05 2006"));

  /**
   * Go layouts for parsing, in the order of attempts, if they differ from the layouts for
   * formatting.
   */
  private static final Map<Character, List<List<String>>> READ =
      Map.ofEntries(
          Map.entry('m', List.of(List.of("1"))),
          Map.entry('o', List.of(List.of("1"))),
          Map.entry('d', List.of(List.of("2"))),
          Map.entry('e', List.of(List.of("2"))),
          Map.entry('I', List.of(List.of("3"))),
          Map.entry('M', List.of(List.of("4"))),
          Map.entry('S', List.of(List.of("5"))),
          Map.entry('D', dates()),
          Map.entry('x', dates()),
          Map.entry('F', List.of(List.of("2006", "-", "1", "-", "2"))),
          Map.entry('T', List.of(List.of("15", ":", "4", ":", "5"))),
          Map.entry('X', List.of(List.of("15", ":", "4", ":", "5"))),
          Map.entry('r', List.of(List.of("3", ":", "4", ":", "5", " ", "pm"))),
          Map.entry('R', List.of(List.of("15", ":", "4"))),
          Map.entry('z', List.of(List.of("Z0700"), List.of("Z07:00"), List.of("Z07"))),
          Map.entry(
              'c',
              List.of(
                  List.of(
                      "Mon", " ", "Jan", " ", "2", " ", "15", ":", "4", ":", "5", " ", "2006"))));

  private static final int DAYS_AHEAD = 7;

  private final String format;
  private final GoLayout written;

  private TimeLayout(String format, GoLayout written) {
    this.format = format;
    this.written = written;
  }

  private static List<List<String>> dates() {
    return List.of(List.of("1", "/", "2", "/", "2006"), List.of("1", "/", "2", "/", "06"));
  }

  /**
   * Parses a format. Other characters are literal; digits are not allowed.
   *
   * @param fault receives the expectation if the result is null
   */
  static @Nullable TimeLayout parse(String format, Consumer<String> fault) {
    StringBuilder layout = new StringBuilder();
    boolean digits = format.chars().anyMatch(c -> c >= '0' && c <= '9');
    if (format.isEmpty() || digits) {
      fault.accept("directives such as %Y-%m-%d, and no digits");
      return null;
    }
    for (int at = 0; at < format.length(); at++) {
      char c = format.charAt(at);
      if (c != '%' || at + 1 == format.length()) {
        layout.append(c);
        continue;
      }
      char directive = format.charAt(++at);
      String meaning = WRITTEN.get(directive);
      if (meaning == null) {
        fault.accept("a known directive of time instead of %" + directive);
        return null;
      }
      boolean fraction = directive == 'L' || directive == 'f' || directive == 's';
      if (fraction && at >= 2 && ".,".indexOf(format.charAt(at - 2)) < 0) {
        fault.accept("a point or comma before %" + directive);
        return null;
      }
      layout.append(meaning);
    }
    return new TimeLayout(format, GoLayout.of(layout.toString()));
  }

  String write(ZonedDateTime time) {
    return GoTimeWriter.write(written, time);
  }

  /**
   * Parses a time. A time without a year gets the year of {@code now}, or the previous year if the
   * time would otherwise be more than a week in the future.
   *
   * @param zone zone of a text without a zone; null means UTC
   * @param locale locale of month and day names; null means English
   * @param now called only if the text has no year
   */
  ZonedDateTime read(String text, ZoneId zone, Locale locale, Supplier<Instant> now) {
    if (text.isEmpty()) {
      throw new EvaluationException("no text of a time");
    }
    ZoneId around = zone == null ? ZoneOffset.UTC : zone;
    Locale names = locale == null ? Locale.ENGLISH : locale;
    try {
      ZonedDateTime time = new Attempt(text, around, names).read("", 0);
      return time.getYear() > 0 ? time : ofYear(time, now.get().atZone(ZoneOffset.UTC));
    } catch (GoTimeReader.Mismatch e) {
      throw new EvaluationException("a time that is not written so");
    }
  }

  private static ZonedDateTime ofYear(ZonedDateTime time, ZonedDateTime now) {
    ZonedDateTime thisYear =
        GoTimeReader.at(
            time.toLocalDateTime()
                .withDayOfMonth(1)
                .withYear(now.getYear())
                .plusDays(time.getDayOfMonth() - 1L),
            time.getZone());
    boolean ahead = thisYear.toInstant().isAfter(now.plusDays(DAYS_AHEAD).toInstant());
    return ahead ? thisYear.minusYears(1) : thisYear;
  }

  /** Tries the alternatives of each directive, and spaces before numbers if the text has spaces. */
  private final class Attempt {
    private final String text;
    private final ZoneId zone;
    private final Locale locale;

    private Attempt(String text, ZoneId zone, Locale locale) {
      this.text = text;
      this.zone = zone;
      this.locale = locale;
    }

    /**
     * Parses the text with a Go layout that grows by one directive at a time.
     *
     * @param from position in the format
     */
    private ZonedDateTime read(String layout, int from) throws GoTimeReader.Mismatch {
      int at = format.indexOf('%', from);
      if (at < 0 || at + 1 == format.length()) {
        return GoTimeReader.read(GoLayout.of(layout + format.substring(from)), text, zone, locale);
      }
      String before = layout + format.substring(from, at);
      char directive = format.charAt(at + 1);
      List<List<String>> ways =
          READ.getOrDefault(directive, List.of(List.of(WRITTEN.get(directive))));
      for (int i = 0; ; i++) {
        try {
          return readSpaced(before, ways.get(i), at + 2);
        } catch (GoTimeReader.Mismatch e) {
          boolean mine = ways.get(i).contains(e.element);
          if (!mine) {
            throw e;
          }
          if (i + 1 == ways.size()) {
            throw new GoTimeReader.Mismatch(
                "%" + directive, e.rest); // earlier directives do not retry
          }
        }
      }
    }

    private ZonedDateTime readSpaced(String before, List<String> way, int next)
        throws GoTimeReader.Mismatch {
      List<String> elements = new ArrayList<>(way);
      while (true) {
        try {
          return read(before + String.join("", elements), next);
        } catch (GoTimeReader.Mismatch e) {
          int i = elements.indexOf(e.element);
          String space = spaces(e.rest);
          boolean spaced = i > 0 && elements.get(i - 1).isBlank();
          boolean number = i >= 0 && "0123456789Z".indexOf(e.element.charAt(0)) >= 0;
          if (!number || space.isEmpty() || spaced) {
            throw e;
          }
          elements.add(i, space);
        }
      }
    }
  }

  private static String spaces(String text) {
    int end = 0;
    while (end < text.length() && " \t\n\r\f".indexOf(text.charAt(end)) >= 0) {
      end++;
    }
    return text.substring(0, end);
  }
}
