package io.tailrace.policies.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HashThresholdTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, ffffffffffffffff",
    "0.5, 7fffffffffffffff",
    "0.25, 3fffffffffffffff",
    "0.75, bfffffffffffffff",
    "5e-324, 0",
    "0.001, 4189374bc6a7ef",
    "0.01, 28f5c28f5c28f5f",
    "0.03, 7ae147ae147adff",
    "0.1, 19999999999999ff",
    "0.125, 1fffffffffffffff",
    "0.33299999999999996, 553f7ced91686fff",
    "0.6659999999999999, aa7ef9db22d0dfff",
    "0.9, e6666666666667ff",
    "0.9990000000000001, ffbe76c8b4395fff",
    "0.9999999999999999, fffffffffffff7ff",
  })
  void isTheShareOfAllHashes(double ratio, String hex) {
    assertThat(HashThreshold.of(ratio)).isEqualTo(Long.parseUnsignedLong(hex, 16));
  }

  /** Large shares have no bits to round off after the point: exact decimals tell the same. */
  @Test
  void agreesWithExactArithmetic_withinOne() {
    Random random = new Random(7);
    BigDecimal all = new BigDecimal("18446744073709551615");
    for (int i = 0; i < 10_000; i++) {
      double ratio = random.nextDouble();
      BigDecimal exact = all.multiply(new BigDecimal(ratio), MathContext.UNLIMITED);
      String threshold = Long.toUnsignedString(HashThreshold.of(ratio));
      BigDecimal off = exact.setScale(0, RoundingMode.FLOOR).subtract(new BigDecimal(threshold));
      assertThat(off.abs()).isLessThanOrEqualTo(BigDecimal.ONE);
    }
  }

  @Test
  void hashesByTheSpecifiedFunction() {
    // FNV-1a 64 of 16 zero bytes and of "a" before bytes 1 to 16; computed by a Python one-liner
    assertThat(new TraceIdHash("").of(0, 0)).isEqualTo(0x88201fb960ff6465L);
    assertThat(new TraceIdHash("a").of(0x0102030405060708L, 0x090a0b0c0d0e0f10L))
        .isEqualTo(0xda6b9d89c06c51dcL);
  }
}
