package io.tailrace.policies.ottl.functions;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.TextStyle;
import java.util.Locale;
import java.util.TimeZone;

/** Formats times as Go does. */
final class GoTimeWriter {
  private GoTimeWriter() {}

  static String write(GoLayout layout, ZonedDateTime time) {
    StringBuilder text = new StringBuilder();
    for (GoLayout.Element element : layout.elements()) {
      text.append(written(element, time));
    }
    return text.toString();
  }

  private static String written(GoLayout.Element element, ZonedDateTime time) {
    String form = element.text();
    int hour12 = time.getHour() % 12 == 0 ? 12 : time.getHour() % 12;
    return switch (element.kind()) {
      case LITERAL -> form;
      case LONG_MONTH -> time.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
      case SHORT_MONTH -> time.getMonth().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
      case LONG_WEEKDAY -> time.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
      case SHORT_WEEKDAY -> time.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
      case MONTH -> number(form, time.getMonthValue());
      case DAY -> number(form, time.getDayOfMonth());
      case HOUR -> String.format("%02d", time.getHour());
      case HOUR_12 -> number(form, hour12);
      case MINUTE -> number(form, time.getMinute());
      case SECOND -> number(form, time.getSecond());
      case LONG_YEAR -> year(time.getYear());
      case YEAR -> String.format("%02d", Math.floorMod(Math.max(time.getYear(), 0), 100));
      case PM -> form.equals("PM") ? (time.getHour() < 12 ? "AM" : "PM") : pm(time);
      case FRACTION -> fraction(form, time.getNano());
      case OFFSET -> offset(form, time.getOffset().getTotalSeconds());
      case ZONE -> zone(time);
    };
  }

  private static String pm(ZonedDateTime time) {
    return time.getHour() < 12 ? "am" : "pm";
  }

  /** Pads with a zero if the form has a zero, or with a space if it has an underscore. */
  private static String number(String form, int number) {
    return String.format(
        form.startsWith("0") ? "%02d" : form.startsWith("_") ? "%2d" : "%d", number);
  }

  private static String year(int year) {
    return year < 0 ? String.format("-%04d", -year) : String.format("%04d", year);
  }

  /** Formats a fraction. Depending on the form, omits trailing zeros and an empty fraction. */
  private static String fraction(String form, int nanos) {
    String digits = String.format("%09d", nanos).substring(0, Math.min(9, form.length() - 1));
    int end = digits.length();
    while (end > 0 && digits.charAt(end - 1) == '0') {
      end--;
    }
    return end == 0 ? "" : form.charAt(0) + digits.substring(0, end);
  }

  private static String offset(String form, int seconds) {
    if (form.startsWith("Z") && seconds == 0) {
      return "Z";
    }
    int minutes = Math.abs(seconds / 60);
    StringBuilder offset = new StringBuilder(seconds / 60 < 0 ? "-" : "+");
    offset.append(String.format("%02d", minutes / 60));
    String rest = form.substring(3);
    String colon = rest.startsWith(":") ? ":" : "";
    if (!rest.isEmpty()) {
      offset.append(colon).append(String.format("%02d", minutes % 60));
    }
    if (rest.length() >= 4 && !rest.equals(":00")) {
      offset.append(colon).append(String.format("%02d", Math.abs(seconds % 60)));
    }
    return offset.toString();
  }

  /** Returns the zone abbreviation, or the offset if there is none. */
  private static String zone(ZonedDateTime time) {
    ZoneId zone = time.getZone();
    if (zone.equals(ZoneOffset.UTC)) {
      return "UTC";
    }
    if (zone instanceof ZoneOffset offset) {
      int minutes = Math.abs(offset.getTotalSeconds() / 60);
      return String.format(
          "%s%02d%02d", offset.getTotalSeconds() < 0 ? "-" : "+", minutes / 60, minutes % 60);
    }
    return abbreviation(zone, zone.getRules().isDaylightSavings(time.toInstant()));
  }

  /** Returns the abbreviation of a zone in standard or summer time, such as CET. */
  static String abbreviation(ZoneId zone, boolean summer) {
    return TimeZone.getTimeZone(zone).getDisplayName(summer, TimeZone.SHORT, Locale.ENGLISH);
  }
}
