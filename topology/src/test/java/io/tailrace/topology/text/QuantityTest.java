package io.tailrace.topology.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantityTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "0.25, 0.25",
    "12.34, 12.3",
    "123.4, 123",
    "4, 4",
    "'123456', '123,456'",
    "12345678, 12.3M"
  })
  void count(double value, String text) {
    assertThat(Quantity.count(value)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"0, 0B", "1023, '1,023B'", "1536, 1.50KiB", "1073741824, 1GiB"})
  void bytes(double value, String text) {
    assertThat(Quantity.bytes(value)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"0, 0s", "0.25, 0.25s", "119, 119s", "150, 2.50m", "9000, 2.50h"})
  void seconds(double value, String text) {
    assertThat(Quantity.seconds(value)).isEqualTo(text);
  }

  @Test
  void aShareOfNothingIsNoNumber() {
    assertThat(Quantity.share(1, 8)).isEqualTo("12.5%");
    assertThat(Quantity.share(0, 0)).isEqualTo("-");
  }

  @Test
  void unknownIsADash() {
    assertThat(Quantity.count(null)).isEqualTo("-");
    assertThat(Quantity.bytes(Double.NaN)).isEqualTo("-");
    assertThat(Quantity.seconds(null)).isEqualTo("-");
  }
}
