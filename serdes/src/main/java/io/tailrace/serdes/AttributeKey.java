package io.tailrace.serdes;

import java.io.IOException;

/** Keys of attributes in a record. */
public final class AttributeKey {
  private AttributeKey() {}

  /**
   * Returns a key as text.
   *
   * @throws MalformedOtlpException if it is not UTF-8
   */
  public static String text(byte[] record, int from, int to) throws MalformedOtlpException {
    try {
      return StrictText.of(record, from, to);
    } catch (IOException e) {
      throw StrictText.unreadable(e);
    }
  }
}
