package io.tailrace.topology.text;

import io.tailrace.policies.document.GoDuration;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A time option of a command: {@code 1h} for one hour ago, or {@code 2026-11-21T09:00:00Z}. */
public final class Moment {
  private final @Nullable Duration ago;
  private final @Nullable Instant at;

  /** Exactly one of both is null. */
  private Moment(@Nullable Duration ago, @Nullable Instant at) {
    this.ago = ago;
    this.at = at;
  }

  public Instant before(Instant now) {
    return at == null ? now.minus(ago) : at;
  }

  public static final class Converter implements ITypeConverter<Moment> {
    @Override
    public Moment convert(String value) {
      Optional<Duration> ago = GoDuration.parse(value).filter(d -> !d.isNegative());
      if (ago.isPresent()) {
        return new Moment(ago.get(), null);
      }
      try {
        return new Moment(null, Instant.parse(value));
      } catch (DateTimeException e) {
        throw new TypeConversionException(
            value
                + " (expected: a duration before now such as 1h, or a time such as 2026-11-21T09:00:00Z)");
      }
    }
  }
}
