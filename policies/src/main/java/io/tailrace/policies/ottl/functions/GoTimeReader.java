package io.tailrace.policies.ottl.functions;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.Month;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Parses a time like Go's {@code time.ParseInLocation}. */
final class GoTimeReader {
  /** Zones of the IANA database that Java keeps in a separate table. */
  private static final Set<String> SHORT_ZONES = Set.of("EST", "MST", "HST");

  /** The text does not match the layout. */
  static final class Mismatch extends Exception {
    private static final long serialVersionUID = 1;

    /** The layout element that did not match. Empty if unknown. */
    final String element;

    /** The rest of the text at that position. */
    final String rest;

    Mismatch(String element, String rest) {
      super("no " + element, null, false, false);
      this.element = element;
      this.rest = rest;
    }
  }

  private final GoLayout layout;
  private final String text;
  private final ZoneId zone;
  private final Locale locale;
  private final Map<GoLayout.Kind, Integer> fields = new EnumMap<>(GoLayout.Kind.class);
  private int at;
  private @Nullable Boolean afternoon;
  private @Nullable ZoneId namedZone;
  private @Nullable Integer offset;
  private @Nullable String abbreviation;

  private GoTimeReader(GoLayout layout, String text, ZoneId zone, Locale locale) {
    this.layout = layout;
    this.text = text;
    this.zone = zone;
    this.locale = locale;
    set(GoLayout.Kind.MONTH, 1);
    set(GoLayout.Kind.DAY, 1);
  }

  /**
   * Parses a time.
   *
   * @param zone zone of a text without a zone
   * @param locale locale of month and day names
   */
  static ZonedDateTime read(GoLayout layout, String text, ZoneId zone, Locale locale)
      throws Mismatch {
    return new GoTimeReader(layout, text, zone, locale).read();
  }

  private ZonedDateTime read() throws Mismatch {
    for (int i = 0; i < layout.elements().size(); i++) {
      GoLayout.Element element = layout.elements().get(i);
      int hold = at;
      if (element.kind() == GoLayout.Kind.LITERAL) {
        skip(element.text());
      } else if (!take(element)) {
        throw new Mismatch(element.text(), text.substring(hold));
      } else if (element.kind() == GoLayout.Kind.SECOND && !fractionFollows(i)) {
        fraction();
      }
    }
    if (at < text.length()) {
      throw new Mismatch("", text.substring(at));
    }
    return result();
  }

  private boolean fractionFollows(int i) {
    return i + 1 < layout.elements().size()
        && layout.elements().subList(i + 1, layout.elements().size()).stream()
            .filter(e -> e.kind() != GoLayout.Kind.LITERAL)
            .findFirst()
            .filter(e -> e.kind() == GoLayout.Kind.FRACTION)
            .isPresent();
  }

  /** Skips literal text. A space matches any number of spaces, including none at the end. */
  private void skip(String literal) throws Mismatch {
    int i = 0;
    while (i < literal.length()) {
      boolean space = literal.charAt(i) == ' ';
      if (space ? at < text.length() && text.charAt(at) != ' ' : !is(literal.charAt(i))) {
        throw new Mismatch(literal, text.substring(at));
      }
      if (space) {
        while (i < literal.length() && literal.charAt(i) == ' ') {
          i++;
        }
        while (is(' ')) {
          at++;
        }
      } else {
        i++;
        at++;
      }
    }
  }

  private boolean take(GoLayout.Element element) {
    String form = element.text();
    return switch (element.kind()) {
      case LONG_MONTH -> name(GoLayout.Kind.MONTH, months(TextStyle.FULL));
      case SHORT_MONTH -> name(GoLayout.Kind.MONTH, months(TextStyle.SHORT));
      case LONG_WEEKDAY -> name(GoLayout.Kind.SHORT_WEEKDAY, days(TextStyle.FULL));
      case SHORT_WEEKDAY -> name(GoLayout.Kind.SHORT_WEEKDAY, days(TextStyle.SHORT));
      case MONTH -> number(element.kind(), form, 1, 12);
      case DAY -> {
        at += form.startsWith("_") && is(' ') ? 1 : 0;
        yield number(element.kind(), form, 0, 99);
      }
      case HOUR -> number(element.kind(), "", 0, 23);
      case HOUR_12 -> number(GoLayout.Kind.HOUR, form, 0, 12);
      case MINUTE, SECOND -> number(element.kind(), form, 0, 59);
      case LONG_YEAR -> digit(at) && year(4);
      case YEAR -> year(2);
      case PM -> half(form);
      case FRACTION -> {
        fraction();
        yield true;
      }
      case OFFSET -> offset(form);
      case ZONE -> abbreviation();
      case LITERAL -> throw new AssertionError(form);
    };
  }

  /** Reads one or two digits. A form with a leading zero requires two. */
  private boolean number(GoLayout.Kind field, String form, int least, int most) {
    if (!digit(at) || (form.startsWith("0") && !digit(at + 1))) {
      return false;
    }
    int digits = digit(at + 1) ? 2 : 1;
    int number = Integer.parseInt(text.substring(at, at + digits));
    at += digits;
    set(field, number);
    return number >= least && number <= most;
  }

  private boolean year(int digits) {
    for (int i = at; i < at + digits; i++) {
      if (!digit(i)) {
        return false;
      }
    }
    int year = Integer.parseInt(text.substring(at, at + digits));
    at += digits;
    set(GoLayout.Kind.LONG_YEAR, digits == 4 ? year : year >= 69 ? 1900 + year : 2000 + year);
    return true;
  }

  private boolean half(String form) {
    boolean upper = form.equals("PM");
    String half = text.substring(at, Math.min(text.length(), at + 2));
    at += half.length();
    if (half.equals(upper ? "PM" : "pm")) {
      afternoon = true;
    } else if (half.equals(upper ? "AM" : "am")) {
      afternoon = false;
    } else {
      return false;
    }
    return true;
  }

  /** Reads an optional fraction: a point or comma and any number of digits. */
  private void fraction() {
    if (!(is('.') || is(',')) || !digit(at + 1)) {
      return;
    }
    int end = at + 1;
    while (digit(end)) {
      end++;
    }
    String digits = text.substring(at + 1, Math.min(end, at + 10));
    set(GoLayout.Kind.FRACTION, Integer.parseInt(digits + "0".repeat(9 - digits.length())));
    at = end;
  }

  private boolean offset(String form) {
    if (form.startsWith("Z") && is('Z')) {
      at++;
      namedZone = ZoneOffset.UTC;
      return true;
    }
    String rest = form.substring(3);
    int length = form.length();
    if (at + length > text.length() || !(is('+') || is('-'))) {
      return false;
    }
    int sign = is('-') ? -1 : 1;
    int[] most = {24, 60, 60};
    int seconds = 0;
    int i = at + 1;
    for (int part = 0; part * 2 < length - 1; part++) {
      boolean colon = part > 0 && rest.startsWith(":");
      i += colon ? 1 : 0;
      if (i > at + length - 2) {
        break;
      }
      if ((colon && text.charAt(i - 1) != ':') || !digit(i) || !digit(i + 1)) {
        return false;
      }
      int number = Integer.parseInt(text.substring(i, i + 2));
      if (number > most[part]) {
        return false;
      }
      seconds += number * (part == 0 ? 3600 : part == 1 ? 60 : 1);
      i += 2;
    }
    at += length;
    offset = sign * seconds;
    return true;
  }

  private boolean abbreviation() {
    if (text.startsWith("UTC", at)) {
      at += 3;
      namedZone = ZoneOffset.UTC;
      return true;
    }
    int length = 0;
    while (length < 6 && at + length < text.length() && isUpper(text.charAt(at + length))) {
      length++;
    }
    boolean known =
        length == 3
            || (length == 4 && (text.charAt(at + 3) == 'T' || text.startsWith("WITA", at)))
            || (length == 5 && text.charAt(at + 4) == 'T');
    if (!known) {
      return false;
    }
    abbreviation = text.substring(at, at + length);
    at += length;
    return true;
  }

  private boolean name(GoLayout.Kind field, List<String> names) {
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      if (!name.isEmpty() && text.regionMatches(true, at, name, 0, name.length())) {
        at += name.length();
        set(field, 1 + i);
        return true;
      }
    }
    return false;
  }

  private List<String> months(TextStyle style) {
    List<String> names = new ArrayList<>();
    for (Month month : Month.values()) {
      names.add(month.getDisplayName(style, locale));
    }
    return names;
  }

  private List<String> days(TextStyle style) {
    List<String> names = new ArrayList<>();
    for (DayOfWeek day : DayOfWeek.values()) {
      names.add(day.getDisplayName(style, locale));
    }
    return names;
  }

  private ZonedDateTime result() throws Mismatch {
    int hour = get(GoLayout.Kind.HOUR);
    if (afternoon != null) {
      hour = afternoon ? (hour < 12 ? hour + 12 : hour) : hour == 12 ? 0 : hour;
    }
    int year = get(GoLayout.Kind.LONG_YEAR);
    int month = get(GoLayout.Kind.MONTH);
    int day = get(GoLayout.Kind.DAY);
    if (day < 1 || day > YearMonth.of(year, month).lengthOfMonth()) {
      throw new Mismatch("", text);
    }
    LocalDateTime local =
        LocalDateTime.of(
            year,
            month,
            day,
            hour,
            get(GoLayout.Kind.MINUTE),
            get(GoLayout.Kind.SECOND),
            get(GoLayout.Kind.FRACTION));
    if (namedZone != null) {
      return local.atZone(namedZone);
    }
    if (offset != null) {
      Instant instant = local.toInstant(ZoneOffset.UTC).minusSeconds(offset);
      boolean ofZone = zone.getRules().getOffset(instant).getTotalSeconds() == offset;
      return instant.atZone(ofZone ? zone : ZoneOffset.ofTotalSeconds(offset));
    }
    return abbreviation == null ? at(local, zone) : abbreviated(local);
  }

  /**
   * Resolves a local time with the zone's offset. In a gap or overlap, uses the offset before the
   * transition.
   */
  static ZonedDateTime at(LocalDateTime local, ZoneId zone) {
    Instant utc = local.toInstant(ZoneOffset.UTC);
    int first = zone.getRules().getOffset(utc).getTotalSeconds();
    Instant guess = utc.minusSeconds(first);
    int second = first == 0 ? 0 : zone.getRules().getOffset(guess).getTotalSeconds();
    return utc.minusSeconds(second).atZone(zone);
  }

  /**
   * Resolves a zone abbreviation: one of the default zone, or a zone ID. Other abbreviations have
   * no known offset.
   */
  private ZonedDateTime abbreviated(LocalDateTime local) throws Mismatch {
    for (ZoneId candidate : candidates()) {
      for (boolean summer : new boolean[] {false, true}) {
        if (GoTimeWriter.abbreviation(candidate, summer).equals(abbreviation)) {
          ZonedDateTime standard = at(local, candidate);
          Instant instant = standard.toInstant();
          boolean now = candidate.getRules().isDaylightSavings(instant);
          return now == summer
              ? standard
              : instant.plusSeconds(summer ? -3600 : 3600).atZone(candidate);
        }
      }
    }
    throw new Mismatch("", text);
  }

  private List<ZoneId> candidates() {
    List<ZoneId> candidates = new ArrayList<>(List.of(zone));
    try {
      candidates.add(
          SHORT_ZONES.contains(abbreviation)
              ? ZoneId.of(abbreviation, ZoneId.SHORT_IDS)
              : ZoneId.of(abbreviation));
    } catch (DateTimeException noZoneOfThatName) {
      return candidates;
    }
    return candidates;
  }

  private void set(GoLayout.Kind field, int value) {
    fields.put(field, value);
  }

  private int get(GoLayout.Kind field) {
    return fields.getOrDefault(field, 0);
  }

  private boolean is(char c) {
    return at < text.length() && text.charAt(at) == c;
  }

  private boolean digit(int index) {
    return index < text.length() && text.charAt(index) >= '0' && text.charAt(index) <= '9';
  }

  private static boolean isUpper(char c) {
    return c >= 'A' && c <= 'Z';
  }
}
