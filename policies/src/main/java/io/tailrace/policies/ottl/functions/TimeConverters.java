package io.tailrace.policies.ottl.functions;

import static io.tailrace.policies.ottl.values.Parameter.Accepts.DURATION;
import static io.tailrace.policies.ottl.values.Parameter.Accepts.INT;
import static io.tailrace.policies.ottl.values.Parameter.Accepts.STRING;
import static io.tailrace.policies.ottl.values.Parameter.Accepts.TIME;

import io.tailrace.policies.ottl.values.Converter;
import io.tailrace.policies.ottl.values.Frame;
import io.tailrace.policies.ottl.values.Parameter;
import io.tailrace.policies.ottl.values.Type;
import io.tailrace.policies.ottl.values.Values;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Functions that create a time or return a part of one. */
final class TimeConverters {
  private static final long NANOS_PER_SECOND = 1_000_000_000;
  private static final long MICROS_PER_SECOND = 1_000_000;

  /** Seconds from the year 1, Go's zero time, to 1970. */
  private static final long SECONDS_TO_EPOCH =
      -LocalDateTime.of(1, 1, 1, 0, 0).toEpochSecond(ZoneOffset.UTC);

  private static final Parameter.Preparation FORMAT =
      (text, regexes, fault) -> TimeLayout.parse(text, fault);

  private static final Parameter.Preparation LOCATION =
      (text, regexes, fault) -> {
        fault.accept("a time zone such as America/New_York");
        if (text.isEmpty() || text.equals("Local")) { // instances have no local zone
          return ZoneOffset.UTC;
        }
        return ZoneId.getAvailableZoneIds().contains(text) || ZoneId.SHORT_IDS.containsKey(text)
            ? ZoneId.of(text, ZoneId.SHORT_IDS)
            : null;
      };

  /** Languages for which the Java runtime has month names. */
  private static final Set<String> LANGUAGES =
      Arrays.stream(Locale.getAvailableLocales())
          .map(Locale::getLanguage)
          .filter(language -> !language.isEmpty())
          .collect(Collectors.toUnmodifiableSet());

  private static final Parameter.Preparation LOCALE =
      (text, regexes, fault) -> {
        fault.accept("a language tag such as en-US");
        Locale locale = Locale.forLanguageTag(text);
        return LANGUAGES.contains(locale.getLanguage()) ? locale : null;
      };

  private TimeConverters() {}

  static List<Converter> all() {
    return List.of(
        Converter.named("Now").impure().gives(Type.TIME, (a, f) -> Values.time(f.nowUnixNano())),
        Converter.named("Time")
            .takes("target", STRING)
            .takesFixed("format", FORMAT)
            .optionallyFixed("location", LOCATION)
            .optionallyFixed("locale", LOCALE)
            .gives(
                Type.TIME,
                (a, f) ->
                    ((TimeLayout) a[1])
                        .read((String) a[0], (ZoneId) a[2], (Locale) a[3], () -> now(f))),
        Converter.named("FormatTime")
            .takes("time", TIME)
            .takesFixed("format", FORMAT)
            .gives(Type.STRING, (a, f) -> ((TimeLayout) a[1]).write((ZonedDateTime) a[0])),
        Converter.named("TruncateTime")
            .takes("time", TIME)
            .takes("duration", DURATION)
            .gives(Type.TIME, (a, f) -> truncated((ZonedDateTime) a[0], (Duration) a[1])),
        Converter.named("Unix")
            .takes("seconds", INT)
            .optionally("nanoseconds", INT)
            .gives(Type.TIME, (a, f) -> ofUnix((Long) a[0], a[1] == null ? 0 : (Long) a[1])),
        of("UnixNano", time -> unixNano(time.toInstant())),
        of("UnixMicro", time -> unixMicro(time.toInstant())),
        of("UnixMilli", time -> time.toInstant().toEpochMilli()),
        of("UnixSeconds", ZonedDateTime::toEpochSecond),
        of("Year", time -> (long) time.getYear()),
        of("Month", time -> (long) time.getMonthValue()),
        of("Day", time -> (long) time.getDayOfMonth()),
        of("Hour", time -> (long) time.getHour()),
        of("Minute", time -> (long) time.getMinute()),
        of("Second", time -> (long) time.getSecond()),
        of("Nanosecond", time -> (long) time.getNano()),
        of("Weekday", time -> (long) time.getDayOfWeek().getValue() % 7));
  }

  private static Converter of(String name, Function<ZonedDateTime, Object> number) {
    return Converter.named(name)
        .takes("value", TIME)
        .gives(Type.INT, (a, frame) -> number.apply((ZonedDateTime) a[0]));
  }

  private static Instant now(Frame frame) {
    return Instant.ofEpochSecond(0, frame.nowUnixNano());
  }

  private static ZonedDateTime ofUnix(long seconds, long nanos) {
    return Instant.ofEpochSecond(seconds, nanos).atZone(ZoneOffset.UTC);
  }

  /** Returns nanoseconds since the epoch. Overflows outside the years 1677 to 2262, as in Go. */
  private static long unixNano(Instant time) {
    return time.getEpochSecond() * NANOS_PER_SECOND + time.getNano();
  }

  private static long unixMicro(Instant time) {
    return time.getEpochSecond() * MICROS_PER_SECOND + time.getNano() / 1_000;
  }

  /**
   * Truncates to a multiple of the duration since the year 1. Returns the time unchanged if the
   * duration is not positive.
   */
  private static ZonedDateTime truncated(ZonedDateTime time, Duration duration) {
    BigInteger unit = nanos(duration.getSeconds(), duration.getNano());
    if (unit.signum() <= 0) {
      return time;
    }
    BigInteger sinceYearOne = nanos(time.toEpochSecond() + SECONDS_TO_EPOCH, time.getNano());
    return time.minusNanos(sinceYearOne.mod(unit).longValueExact());
  }

  private static BigInteger nanos(long seconds, int nanos) {
    return BigInteger.valueOf(seconds)
        .multiply(BigInteger.valueOf(NANOS_PER_SECOND))
        .add(BigInteger.valueOf(nanos));
  }
}
