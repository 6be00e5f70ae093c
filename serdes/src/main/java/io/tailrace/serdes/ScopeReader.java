package io.tailrace.serdes;

import java.io.IOException;

/** The instrumentation scope of spans. Absent fields are empty text or 0. */
public final class ScopeReader extends LazyPart {
  private final LazyField name = new LazyField();
  private final LazyField version = new LazyField();
  private final AttributesReader attributes = new AttributesReader();
  private final LazyField schemaUrl = new LazyField();
  private final int start;
  private final int end;
  private int droppedAttributes;

  /** Reads the {@code ScopeSpans} at this position. */
  ScopeReader(byte[] record, int start, int end) {
    this.start = start;
    this.end = end;
    restart(record);
    attributes.clear(record);
  }

  public String name() throws MalformedOtlpException {
    demand();
    return name.text(record);
  }

  public String version() throws MalformedOtlpException {
    demand();
    return version.text(record);
  }

  public AttributesReader attributes() throws MalformedOtlpException {
    demand();
    return attributes;
  }

  public long droppedAttributesCount() throws MalformedOtlpException {
    demand();
    return Wire.unsigned(droppedAttributes);
  }

  /** Returns the schema URL of the {@code ScopeSpans}. */
  public String schemaUrl() throws MalformedOtlpException {
    demand();
    return schemaUrl.text(record);
  }

  @Override
  void walk() throws IOException {
    WireReader in = new WireReader().of(record, start, end);
    for (int tag = in.tag(); tag != 0; tag = in.tag()) {
      if (tag == OtlpFields.SCOPE_SPANS_SCOPE) {
        int outer = in.enter();
        walkScope(in);
        in.leave(outer);
      } else if (tag == OtlpFields.SCOPE_SPANS_SCHEMA_URL) {
        schemaUrl.pass(in);
      } else {
        in.skip(tag);
      }
    }
  }

  private void walkScope(WireReader in) throws IOException {
    for (int tag = in.tag(); tag != 0; tag = in.tag()) {
      if (tag == OtlpFields.SCOPE_NAME) {
        name.pass(in);
      } else if (tag == OtlpFields.SCOPE_VERSION) {
        version.pass(in);
      } else if (tag == OtlpFields.SCOPE_ATTRIBUTES) {
        attributes.pass(in);
      } else if (tag == OtlpFields.SCOPE_DROPPED_ATTRIBUTES) {
        droppedAttributes = in.varint32();
      } else {
        in.skip(tag);
      }
    }
  }
}
