package io.tailrace.serdes;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One attribute value, read strictly: what two readers could understand differently is malformed.
 * Reused. Not thread-safe.
 */
public final class AttributeValue {
  private final WireReader in = new WireReader();
  private byte[] record = {};
  private int from;
  private int to;

  void of(byte[] bytes, int start, int end) {
    record = bytes;
    from = start;
    to = end;
  }

  /** Returns the bytes that hold the {@code AnyValue}. */
  public byte[] record() {
    return record;
  }

  /** Returns the offset of the {@code AnyValue} in {@link #record}. */
  public int start() {
    return from;
  }

  /** Returns the end of the {@code AnyValue} in {@link #record}. */
  public int end() {
    return to;
  }

  /**
   * Returns the value if it is a text; empty if it is of another type.
   *
   * @throws MalformedOtlpException if the value has several or unknown fields, or is not UTF-8
   */
  public String text() throws MalformedOtlpException {
    if (from == to) {
      return "";
    }
    try {
      in.of(record, from, to);
      int tag = in.tag();
      String text = "";
      if (tag == OtlpFields.ANY_STRING) {
        text = StrictText.read(in, record);
      } else {
        StrictText.known(tag);
        in.skip(tag);
      }
      StrictText.end(in);
      return text;
    } catch (IOException e) {
      throw StrictText.unreadable(e);
    }
  }

  /**
   * Returns the value, decoded as described in {@link AttributesReader}.
   *
   * @throws MalformedOtlpException also if a nested value is malformed, or a key occurs twice
   */
  public @Nullable Object decoded() throws MalformedOtlpException {
    try {
      return StrictText.value(in.of(record, from, to), record, 0);
    } catch (IOException e) {
      throw StrictText.unreadable(e);
    }
  }
}
