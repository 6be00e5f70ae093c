package io.tailrace.policies.policy;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Formats values for the description of policies. Truncates long text and replaces control
 * characters.
 */
public final class Words {
  private static final int MAX_CHARS = 120;
  private static final int MAX_LISTED = 5;

  private Words() {}

  /** Returns the text as one line, truncated to {@value #MAX_CHARS} characters. */
  public static String clean(String text) {
    String line = text.replaceAll("\\s*\\R\\s*", " ").replaceAll("\\p{C}", "?");
    return line.length() > MAX_CHARS ? line.substring(0, MAX_CHARS) + "…" : line;
  }

  public static String quoted(String text) {
    return '"' + clean(text) + '"';
  }

  /**
   * Formats texts as {@code "a", "b" or "c"}. Shows the first {@value #MAX_LISTED} of a long list.
   */
  public static String eitherQuoted(Collection<String> texts) {
    return either(texts.stream().map(Words::quoted).toList());
  }

  /** Formats words as {@code a, b or c}. Shows the first {@value #MAX_LISTED} of a long list. */
  public static String either(List<String> words) {
    if (words.isEmpty()) {
      return "(none given)";
    }
    int last = words.size() - 1;
    if (last >= MAX_LISTED) {
      String more = "… " + (words.size() - MAX_LISTED) + " more";
      return Stream.concat(words.stream().limit(MAX_LISTED), Stream.of(more))
          .collect(Collectors.joining(", "));
    }
    String first = String.join(", ", words.subList(0, last));
    return (first.isEmpty() ? "" : first + " or ") + words.get(last);
  }

  /** Formats a count with its unit, such as {@code 1 span} or {@code 2 spans}. */
  public static String count(long count, String unit) {
    return count + " " + unit + (count == 1 ? "" : "s");
  }

  /**
   * Formats a range as {@code 5}, {@code 5 to 9}, {@code at least 5} or {@code at most 9}. Null
   * means no bound.
   */
  public static String range(@Nullable Long min, @Nullable Long max) {
    if (min == null) {
      return "at most " + max;
    }
    if (max == null) {
      return "at least " + min;
    }
    return min.equals(max) ? min.toString() : min + " to " + max;
  }

  /** Formats a number without exponent, such as {@code 12.5}. */
  public static String number(double number) {
    return clean(plain(BigDecimal.valueOf(number)));
  }

  /** Formats a duration as in documents, such as {@code 250ms}, {@code 1.5s} or {@code 1h30m}. */
  public static String duration(Duration duration) {
    if (duration.isZero()) {
      return "0s";
    }
    BigDecimal nanos = BigDecimal.valueOf(duration.toNanosPart());
    if (duration.toSeconds() == 0) {
      return duration.toMillis() == 0
          ? plain(nanos.movePointLeft(3)) + "µs"
          : plain(nanos.movePointLeft(6)) + "ms";
    }
    BigDecimal seconds = nanos.movePointLeft(9).add(BigDecimal.valueOf(duration.toSecondsPart()));
    return part(duration.toHours(), "h")
        + part(duration.toMinutesPart(), "m")
        + (seconds.signum() == 0 ? "" : plain(seconds) + "s");
  }

  private static String part(long value, String unit) {
    return value == 0 ? "" : value + unit;
  }

  private static String plain(BigDecimal number) {
    return number.stripTrailingZeros().toPlainString();
  }
}
