package io.tailrace.policies.ottl;

import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.format.SignStyle;
import java.time.format.TextStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalField;
import java.time.temporal.TemporalQueries;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;

/** How a time is written, by ctime-like directives as OTTL's {@code Time} takes them. */
final class TimeLayout {
  private static final int FIRST_YEAR_OF_TWO_DIGITS = 1969;

  /** Which fields a text gives; the weekday is read but, as in Go, means nothing. */
  private static final Set<TemporalField> RESOLVED =
      Set.copyOf(
          EnumSet.complementOf(EnumSet.of(ChronoField.DAY_OF_WEEK, ChronoField.INSTANT_SECONDS)));

  private final DateTimeFormatterBuilder builder =
      new DateTimeFormatterBuilder().parseCaseInsensitive();
  private final Set<ChronoField> given = EnumSet.noneOf(ChronoField.class);
  private DateTimeFormatter formatter;

  private TimeLayout() {}

  /**
   * A layout by its directives; anything else stands for itself.
   *
   * @param fault told what should stand there instead, if the answer is null
   */
  static TimeLayout parse(String format, Consumer<String> fault) {
    TimeLayout layout = new TimeLayout();
    int at = 0;
    while (at < format.length()) {
      char c = format.charAt(at);
      boolean directive = c == '%' && at + 1 < format.length();
      if (directive && !layout.append(format.charAt(at + 1))) {
        fault.accept("a known directive of time instead of %" + format.charAt(at + 1));
        return null;
      }
      if (!directive) {
        layout.builder.appendLiteral(c);
      }
      at += directive ? 2 : 1;
    }
    layout.close();
    return layout;
  }

  /**
   * Reads a time.
   *
   * @param zone where the text names none; null is UTC
   * @param locale of names of months and days; null is English
   */
  ZonedDateTime read(String text, ZoneId zone, Locale locale) {
    if (!given.contains(ChronoField.YEAR)) {
      throw new EvaluationException("a time without a year");
    }
    DateTimeFormatter local = locale == null ? formatter : formatter.withLocale(locale);
    TemporalAccessor parsed = local.parse(text);
    ZoneId named = parsed.query(TemporalQueries.zone());
    ZoneId fallback = zone == null ? ZoneOffset.UTC : zone;
    return LocalDateTime.from(parsed).atZone(named == null ? fallback : named);
  }

  String write(ZonedDateTime time) {
    return formatter.format(time);
  }

  private boolean append(char directive) {
    switch (directive) {
      case 'Y' -> number(ChronoField.YEAR, 4);
      case 'y' -> {
        given.add(ChronoField.YEAR);
        builder.appendValueReduced(ChronoField.YEAR, 2, 2, FIRST_YEAR_OF_TWO_DIGITS);
      }
      case 'm' -> number(ChronoField.MONTH_OF_YEAR, 2);
      case 'o' -> padded(ChronoField.MONTH_OF_YEAR);
      case 'q' -> unpadded(ChronoField.MONTH_OF_YEAR);
      case 'b', 'h' -> text(ChronoField.MONTH_OF_YEAR, TextStyle.SHORT);
      case 'B' -> text(ChronoField.MONTH_OF_YEAR, TextStyle.FULL);
      case 'd' -> number(ChronoField.DAY_OF_MONTH, 2);
      case 'e' -> padded(ChronoField.DAY_OF_MONTH);
      case 'g' -> unpadded(ChronoField.DAY_OF_MONTH);
      case 'a' -> text(ChronoField.DAY_OF_WEEK, TextStyle.SHORT);
      case 'A' -> text(ChronoField.DAY_OF_WEEK, TextStyle.FULL);
      case 'H' -> number(ChronoField.HOUR_OF_DAY, 2);
      case 'I' -> number(ChronoField.CLOCK_HOUR_OF_AMPM, 2);
      case 'l' -> unpadded(ChronoField.CLOCK_HOUR_OF_AMPM);
      case 'p', 'P' -> text(ChronoField.AMPM_OF_DAY, TextStyle.SHORT);
      case 'M' -> number(ChronoField.MINUTE_OF_HOUR, 2);
      case 'S' -> number(ChronoField.SECOND_OF_MINUTE, 2);
      case 'L' -> fraction(3);
      case 'f' -> fraction(6);
      case 's' -> fraction(9);
      case 'z' -> builder.appendOffset("+HHMM", "+0000");
      case 'i' -> builder.appendOffset("+HH", "+00");
      case 'j' -> builder.appendOffset("+HH:MM", "+00:00");
      case 'k' -> builder.appendOffset("+HH:MM:SS", "+00:00:00");
      case 'w' -> builder.appendOffset("+HHMMSS", "+000000");
      case 'Z' -> builder.appendZoneText(TextStyle.SHORT);
      case '%' -> builder.appendLiteral('%');
      case 'n' -> builder.appendLiteral('\n');
      case 't' -> builder.appendLiteral('\t');
      default -> {
        return appendShorthand(directive);
      }
    }
    return true;
  }

  private boolean appendShorthand(char directive) {
    String meaning =
        switch (directive) {
          case 'D', 'x' -> "m/d/y";
          case 'F' -> "Y-m-d";
          case 'T', 'X' -> "H:M:S";
          case 'r' -> "I:M:S p";
          case 'R' -> "H:M";
          case 'c' -> "a b d H:M:S Y";
          default -> "";
        };
    for (int i = 0; i < meaning.length(); i++) {
      char c = meaning.charAt(i);
      if (Character.isLetter(c)) {
        append(c);
      } else {
        builder.appendLiteral(c);
      }
    }
    return !meaning.isEmpty();
  }

  private void number(ChronoField field, int digits) {
    given.add(field);
    builder.appendValue(field, digits);
  }

  private void unpadded(ChronoField field) {
    given.add(field);
    builder.appendValue(field, 1, 2, SignStyle.NOT_NEGATIVE);
  }

  private void padded(ChronoField field) {
    given.add(field);
    builder.padNext(2).appendValue(field, 1, 2, SignStyle.NOT_NEGATIVE);
    // The builder takes a number right after it for part of the padded one, and fails to cast it.
    builder.optionalStart().optionalEnd();
  }

  private void text(ChronoField field, TextStyle style) {
    given.add(field);
    builder.appendText(field, style);
  }

  private void fraction(int digits) {
    given.add(ChronoField.NANO_OF_SECOND);
    builder.appendFraction(ChronoField.NANO_OF_SECOND, digits, digits, false);
  }

  /** What a text does not say is the first month or day, or midnight. */
  private void close() {
    missing(ChronoField.MONTH_OF_YEAR, 1);
    missing(ChronoField.DAY_OF_MONTH, 1);
    if (given.contains(ChronoField.CLOCK_HOUR_OF_AMPM)) {
      missing(ChronoField.AMPM_OF_DAY, 0);
    } else {
      missing(ChronoField.HOUR_OF_DAY, 0);
    }
    missing(ChronoField.MINUTE_OF_HOUR, 0);
    missing(ChronoField.SECOND_OF_MINUTE, 0);
    missing(ChronoField.NANO_OF_SECOND, 0);
    formatter =
        builder
            .toFormatter(Locale.ENGLISH)
            .withResolverStyle(ResolverStyle.STRICT)
            .withResolverFields(RESOLVED);
  }

  private void missing(ChronoField field, long value) {
    if (!given.contains(field)) {
      builder.parseDefaulting(field, value);
    }
  }
}
