package io.tailrace.serdes;

import com.google.protobuf.WireFormat;

/**
 * Field tags of {@code opentelemetry/proto/trace/v1/trace.proto}, {@code
 * resource/v1/resource.proto} and {@code common/v1/common.proto}.
 */
final class OtlpFields {
  static final int TRACES_RESOURCE_SPANS = message(1);

  static final int RESOURCE_SPANS_RESOURCE = message(1);
  static final int RESOURCE_SPANS_SCOPE_SPANS = message(2);
  static final int RESOURCE_SPANS_SCHEMA_URL = message(3);

  static final int SCOPE_SPANS_SCOPE = message(1);
  static final int SCOPE_SPANS_SPANS = message(2);
  static final int SCOPE_SPANS_SCHEMA_URL = message(3);

  static final int RESOURCE_ATTRIBUTES = message(1);
  static final int RESOURCE_DROPPED_ATTRIBUTES = tag(2, WireFormat.WIRETYPE_VARINT);

  static final int SCOPE_NAME = message(1);
  static final int SCOPE_VERSION = message(2);
  static final int SCOPE_ATTRIBUTES = message(3);
  static final int SCOPE_DROPPED_ATTRIBUTES = tag(4, WireFormat.WIRETYPE_VARINT);

  static final int SPAN_TRACE_ID = message(1);
  static final int SPAN_SPAN_ID = message(2);
  static final int SPAN_TRACE_STATE = message(3);
  static final int SPAN_PARENT_SPAN_ID = message(4);
  static final int SPAN_NAME = message(5);
  static final int SPAN_KIND = tag(6, WireFormat.WIRETYPE_VARINT);
  static final int SPAN_START_TIME = tag(7, WireFormat.WIRETYPE_FIXED64);
  static final int SPAN_END_TIME = tag(8, WireFormat.WIRETYPE_FIXED64);
  static final int SPAN_ATTRIBUTES = message(9);
  static final int SPAN_DROPPED_ATTRIBUTES = tag(10, WireFormat.WIRETYPE_VARINT);
  static final int SPAN_EVENTS = message(11);
  static final int SPAN_DROPPED_EVENTS = tag(12, WireFormat.WIRETYPE_VARINT);
  static final int SPAN_LINKS = message(13);
  static final int SPAN_DROPPED_LINKS = tag(14, WireFormat.WIRETYPE_VARINT);
  static final int SPAN_STATUS = message(15);
  static final int SPAN_FLAGS = tag(16, WireFormat.WIRETYPE_FIXED32);

  static final int EVENT_TIME = tag(1, WireFormat.WIRETYPE_FIXED64);
  static final int EVENT_NAME = message(2);
  static final int EVENT_ATTRIBUTES = message(3);
  static final int EVENT_DROPPED_ATTRIBUTES = tag(4, WireFormat.WIRETYPE_VARINT);

  static final int LINK_TRACE_ID = message(1);
  static final int LINK_SPAN_ID = message(2);
  static final int LINK_TRACE_STATE = message(3);
  static final int LINK_ATTRIBUTES = message(4);
  static final int LINK_DROPPED_ATTRIBUTES = tag(5, WireFormat.WIRETYPE_VARINT);

  static final int STATUS_MESSAGE = message(2);
  static final int STATUS_CODE = tag(3, WireFormat.WIRETYPE_VARINT);

  static final int KEY_VALUE_KEY = message(1);
  static final int KEY_VALUE_VALUE = message(2);

  static final int ANY_STRING = message(1);
  static final int ANY_BOOL = tag(2, WireFormat.WIRETYPE_VARINT);
  static final int ANY_INT = tag(3, WireFormat.WIRETYPE_VARINT);
  static final int ANY_DOUBLE = tag(4, WireFormat.WIRETYPE_FIXED64);
  static final int ANY_ARRAY = message(5);
  static final int ANY_KVLIST = message(6);
  static final int ANY_BYTES = message(7);

  static final int ARRAY_VALUES = message(1);
  static final int KVLIST_VALUES = message(1);

  private OtlpFields() {}

  private static int message(int field) {
    return tag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
  }

  private static int tag(int field, int wireType) {
    return field << 3 | wireType;
  }
}
