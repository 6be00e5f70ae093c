package io.tailrace.topology.text;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Formats quantities for tables, with three significant digits. */
public final class Quantity {
  private static final String NONE = "-";
  private static final String[] SIZES = {"B", "KiB", "MiB", "GiB", "TiB"};
  private static final double LARGE = 1e6;
  private static final double BINARY_STEP = 1024;

  private Quantity() {}

  /** Formats a count or a rate: 0.25, 12.5, 123,456, 12.3M. */
  public static String count(@Nullable Double value) {
    if (value == null || value.isNaN()) {
      return NONE;
    }
    return value < LARGE ? digits(value) : digits(value / LARGE) + "M";
  }

  /** Formats a size in bytes. */
  public static String bytes(@Nullable Double value) {
    if (value == null || value.isNaN()) {
      return NONE;
    }
    double size = value;
    int unit = 0;
    for (; size >= BINARY_STEP && unit < SIZES.length - 1; unit++) {
      size /= BINARY_STEP;
    }
    return digits(size) + SIZES[unit];
  }

  /** Formats a duration in seconds. */
  public static String seconds(@Nullable Double value) {
    if (value == null || value.isNaN()) {
      return NONE;
    }
    if (value >= 7200) {
      return digits(value / 3600) + "h";
    }
    return value >= 120 ? digits(value / 60) + "m" : digits(value) + "s";
  }

  /** Formats a part of a whole; no text of a number if there is no whole. */
  public static String share(double part, double whole) {
    return whole > 0 ? digits(100 * part / whole) + "%" : NONE;
  }

  private static String digits(double value) {
    double size = Math.abs(value);
    boolean isWhole = value == Math.rint(value);
    int decimals = isWhole || size >= 100 ? 0 : size >= 10 ? 1 : 2;
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }
}
