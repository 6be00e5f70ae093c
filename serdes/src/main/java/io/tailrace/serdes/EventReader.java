package io.tailrace.serdes;

import java.io.IOException;

/** One event of a span. Absent fields are empty text or 0. Valid until the span reader moves. */
public final class EventReader extends LazyPart {
  private final LazyField name = new LazyField();
  private final AttributesReader attributes = new AttributesReader();
  private int start;
  private int end;
  private long timeNanos;
  private int droppedAttributes;

  EventReader() {}

  public String name() throws MalformedOtlpException {
    demand();
    return name.text(record);
  }

  /** Nanoseconds since the epoch. */
  public long timeUnixNanos() throws MalformedOtlpException {
    demand();
    return timeNanos;
  }

  public AttributesReader attributes() throws MalformedOtlpException {
    demand();
    return attributes;
  }

  public long droppedAttributesCount() throws MalformedOtlpException {
    demand();
    return Wire.unsigned(droppedAttributes);
  }

  EventReader at(byte[] inRecord, int from, int to) {
    restart(inRecord);
    start = from;
    end = to;
    return this;
  }

  @Override
  void walk() throws IOException {
    name.clear();
    attributes.clear(record);
    timeNanos = 0;
    droppedAttributes = 0;
    WireReader in = new WireReader().of(record, start, end);
    for (int tag = in.tag(); tag != 0; tag = in.tag()) {
      if (tag == OtlpFields.EVENT_TIME) {
        timeNanos = in.fixed64();
      } else if (tag == OtlpFields.EVENT_NAME) {
        name.pass(in);
      } else if (tag == OtlpFields.EVENT_ATTRIBUTES) {
        attributes.pass(in);
      } else if (tag == OtlpFields.EVENT_DROPPED_ATTRIBUTES) {
        droppedAttributes = in.varint32();
      } else {
        in.skip(tag);
      }
    }
  }
}
