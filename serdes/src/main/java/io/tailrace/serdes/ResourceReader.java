package io.tailrace.serdes;

import java.io.IOException;

/** The resource of spans. Absent fields are empty text or 0. */
public final class ResourceReader extends LazyPart {
  private final AttributesReader attributes = new AttributesReader();
  private final LazyField schemaUrl = new LazyField();
  private final int start;
  private final int end;
  private int droppedAttributes;

  /** Reads the {@code ResourceSpans} at this position. */
  ResourceReader(byte[] record, int start, int end) {
    this.start = start;
    this.end = end;
    restart(record);
    attributes.clear(record);
  }

  public AttributesReader attributes() throws MalformedOtlpException {
    demand();
    return attributes;
  }

  public long droppedAttributesCount() throws MalformedOtlpException {
    demand();
    return Wire.unsigned(droppedAttributes);
  }

  /** Returns the schema URL of the {@code ResourceSpans}. */
  public String schemaUrl() throws MalformedOtlpException {
    demand();
    return schemaUrl.text(record);
  }

  @Override
  void walk() throws IOException {
    WireReader in = new WireReader().of(record, start, end);
    for (int tag = in.tag(); tag != 0; tag = in.tag()) {
      if (tag == OtlpFields.RESOURCE_SPANS_RESOURCE) {
        int outer = in.enter();
        walkResource(in);
        in.leave(outer);
      } else if (tag == OtlpFields.RESOURCE_SPANS_SCHEMA_URL) {
        schemaUrl.pass(in);
      } else {
        in.skip(tag);
      }
    }
  }

  private void walkResource(WireReader in) throws IOException {
    for (int tag = in.tag(); tag != 0; tag = in.tag()) {
      if (tag == OtlpFields.RESOURCE_ATTRIBUTES) {
        attributes.pass(in);
      } else if (tag == OtlpFields.RESOURCE_DROPPED_ATTRIBUTES) {
        droppedAttributes = in.varint32();
      } else {
        in.skip(tag);
      }
    }
  }
}
