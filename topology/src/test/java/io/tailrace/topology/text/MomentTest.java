package io.tailrace.topology.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MomentTest {
  private static final Instant NOW = Instant.parse("2026-11-21T09:00:00Z");

  private final Moment.Converter converter = new Moment.Converter();

  @ParameterizedTest
  @CsvSource({
    "1h, 2026-11-21T08:00:00Z",
    "1h30m, 2026-11-21T07:30:00Z",
    "0s, 2026-11-21T09:00:00Z",
    "2026-11-20T12:00:00Z, 2026-11-20T12:00:00Z"
  })
  void isATimeAgo_orATime(String written, Instant expected) {
    assertThat(converter.convert(written).before(NOW)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "yesterday", "-1h", "2026-11-21", "5"})
  void refusesAnythingElse(String written) {
    assertThatThrownBy(() -> converter.convert(written))
        .hasMessageContaining(written + " (expected: a duration before now such as 1h");
  }
}
