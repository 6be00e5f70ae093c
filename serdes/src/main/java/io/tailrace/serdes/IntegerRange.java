package io.tailrace.serdes;

import java.math.BigDecimal;

/** Value ranges of integer fields. */
enum IntegerRange {
  INT32(Integer.MIN_VALUE, "2147483647"),
  UINT32(0, "4294967295"),
  INT64(Long.MIN_VALUE, "9223372036854775807"),
  UINT64(0, "18446744073709551615"),
  PORT(0, "65535"),
  /** The sum of two values fits into a signed 64-bit number of nanoseconds. */
  MICROSECONDS(0, "4611686018427387");

  final String expected;
  private final long min;
  private final long max;
  private final BigDecimal exactMax;

  IntegerRange(long min, String max) {
    this.min = min;
    exactMax = new BigDecimal(max);
    this.max = exactMax.min(BigDecimal.valueOf(Long.MAX_VALUE)).longValueExact();
    expected = "a whole number from " + min + " to " + max;
  }

  boolean contains(long value) {
    return value >= min && value <= max;
  }

  boolean contains(BigDecimal value) {
    return value.compareTo(BigDecimal.valueOf(min)) >= 0 && value.compareTo(exactMax) <= 0;
  }
}
