package io.tailrace.policies.ottl.functions;

import static io.tailrace.policies.ottl.values.Parameter.Accepts.DURATION;
import static io.tailrace.policies.ottl.values.Parameter.Accepts.STRING;

import io.tailrace.policies.document.GoDuration;
import io.tailrace.policies.ottl.values.Converter;
import io.tailrace.policies.ottl.values.EvaluationException;
import io.tailrace.policies.ottl.values.Type;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/** Functions that return a duration or convert one to a number. */
final class DurationConverters {
  private static final double NANOS_PER_SECOND = 1e9;

  private DurationConverters() {}

  static List<Converter> all() {
    return List.of(
        Converter.named("Duration")
            .takes("duration", STRING)
            .gives(Type.DURATION, (a, f) -> parse((String) a[0])),
        of("Hours", Type.DOUBLE, d -> d.toNanos() / NANOS_PER_SECOND / 3_600),
        of("Minutes", Type.DOUBLE, d -> d.toNanos() / NANOS_PER_SECOND / 60),
        of("Seconds", Type.DOUBLE, d -> d.toNanos() / NANOS_PER_SECOND),
        of("Milliseconds", Type.INT, d -> d.toNanos() / 1_000_000),
        of("Microseconds", Type.INT, d -> d.toNanos() / 1_000),
        of("Nanoseconds", Type.INT, Duration::toNanos));
  }

  private static Converter of(String name, Type type, Function<Duration, Object> number) {
    return Converter.named(name)
        .takes("value", DURATION)
        .gives(type, (a, frame) -> number.apply((Duration) a[0]));
  }

  private static Duration parse(String text) {
    return GoDuration.parse(text)
        .orElseThrow(() -> new EvaluationException("no duration such as 1m30s"));
  }
}
