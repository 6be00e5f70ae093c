package io.tailrace.topology.wire;

import io.tailrace.policies.fingerprint.ValueHash;
import io.tailrace.policies.ottl.AttributeText;
import io.tailrace.serdes.AttributeCursor;
import io.tailrace.serdes.MalformedOtlpException;

/**
 * Hashes the text of attribute values. Creates no objects for texts, integers and booleans. Not
 * thread-safe.
 */
final class ValueText {
  private static final long TRUE = ValueHash.of("true");
  private static final long FALSE = ValueHash.of("false");
  private static final int LONGEST_INTEGER = 20; // chars
  private static final int TEN = 10;

  private final byte[] digits = new byte[LONGEST_INTEGER];

  /** Returns the hash of {@link #text}. */
  long hash(AttributeCursor value) throws MalformedOtlpException {
    return switch (value.type()) {
      case STRING -> value.string(ValueHash::of);
      case BOOL -> value.bool() ? TRUE : FALSE;
      case INT -> hash(value.integer());
      case DOUBLE, OTHER -> ValueHash.of(text(value));
    };
  }

  /**
   * Returns the text of a value.
   *
   * @throws MalformedOtlpException if a list or map has a malformed element
   */
  String text(AttributeCursor value) throws MalformedOtlpException {
    return AttributeText.of(value.value());
  }

  private long hash(long integer) {
    int at = LONGEST_INTEGER;
    long rest = integer; // the remainder of a negative number is not positive
    do {
      digits[--at] = (byte) ('0' + Math.abs(rest % TEN));
      rest /= TEN;
    } while (rest != 0);
    if (integer < 0) {
      digits[--at] = '-';
    }
    return ValueHash.of(digits, at, LONGEST_INTEGER - at);
  }
}
