package io.tailrace.serdes;

import com.google.protobuf.WireFormat;

/**
 * Type of a field of {@link OtlpSchema} or {@link JaegerSchema}. Determines its wire format and its
 * JSON format.
 */
enum FieldKind {
  MESSAGE(WireFormat.WIRETYPE_LENGTH_DELIMITED),
  STRING(WireFormat.WIRETYPE_LENGTH_DELIMITED),
  /** Base64 in JSON. */
  BYTES(WireFormat.WIRETYPE_LENGTH_DELIMITED),
  /** Hex in JSON. OTLP differs from protobuf JSON here. */
  TRACE_ID(WireFormat.WIRETYPE_LENGTH_DELIMITED),
  SPAN_ID(WireFormat.WIRETYPE_LENGTH_DELIMITED),
  BOOL(WireFormat.WIRETYPE_VARINT),
  INT32(WireFormat.WIRETYPE_VARINT),
  UINT32(WireFormat.WIRETYPE_VARINT),
  INT64(WireFormat.WIRETYPE_VARINT),
  FIXED32(WireFormat.WIRETYPE_FIXED32),
  FIXED64(WireFormat.WIRETYPE_FIXED64),
  DOUBLE(WireFormat.WIRETYPE_FIXED64),
  SPAN_KIND(WireFormat.WIRETYPE_VARINT),
  STATUS_CODE(WireFormat.WIRETYPE_VARINT),
  /** Jaeger types, from here on. */
  VALUE_TYPE(WireFormat.WIRETYPE_VARINT),
  REFERENCE_TYPE(WireFormat.WIRETYPE_VARINT),
  TIMESTAMP(WireFormat.WIRETYPE_LENGTH_DELIMITED),
  DURATION(WireFormat.WIRETYPE_LENGTH_DELIMITED);

  final int wireType;

  FieldKind(int wireType) {
    this.wireType = wireType;
  }
}
