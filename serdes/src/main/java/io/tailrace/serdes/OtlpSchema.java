package io.tailrace.serdes;

/**
 * All fields of {@code TracesData} from the {@code .proto} files of opentelemetry-proto 1.11:
 * {@code trace/v1}, {@code resource/v1} and {@code common/v1}. A test compares the schema with the
 * generated classes.
 */
final class OtlpSchema {
  static final MessageType TRACES_DATA = new MessageType();
  static final MessageType RESOURCE_SPANS = new MessageType();
  static final MessageType RESOURCE = new MessageType();
  static final MessageType SCOPE_SPANS = new MessageType();
  static final MessageType SCOPE = new MessageType();
  static final MessageType SPAN = new MessageType();
  static final MessageType EVENT = new MessageType();
  static final MessageType LINK = new MessageType();
  static final MessageType STATUS = new MessageType();
  static final MessageType KEY_VALUE = new MessageType();
  static final MessageType ANY_VALUE = new MessageType();
  static final MessageType ARRAY_VALUE = new MessageType();
  static final MessageType KEY_VALUE_LIST = new MessageType();
  static final MessageType ENTITY_REF = new MessageType();

  static {
    TRACES_DATA.repeated(1, "resourceSpans", RESOURCE_SPANS);
    RESOURCE_SPANS
        .message(1, "resource", RESOURCE)
        .repeated(2, "scopeSpans", SCOPE_SPANS)
        .scalar(3, "schemaUrl", FieldKind.STRING);
    RESOURCE
        .repeated(1, "attributes", KEY_VALUE)
        .scalar(2, "droppedAttributesCount", FieldKind.UINT32)
        .repeated(3, "entityRefs", ENTITY_REF);
    SCOPE_SPANS
        .message(1, "scope", SCOPE)
        .repeated(2, "spans", SPAN)
        .scalar(3, "schemaUrl", FieldKind.STRING);
    SCOPE
        .scalar(1, "name", FieldKind.STRING)
        .scalar(2, "version", FieldKind.STRING)
        .repeated(3, "attributes", KEY_VALUE)
        .scalar(4, "droppedAttributesCount", FieldKind.UINT32);
    SPAN.scalar(1, "traceId", FieldKind.TRACE_ID)
        .scalar(2, "spanId", FieldKind.SPAN_ID)
        .scalar(3, "traceState", FieldKind.STRING)
        .scalar(4, "parentSpanId", FieldKind.SPAN_ID)
        .scalar(16, "flags", FieldKind.FIXED32)
        .scalar(5, "name", FieldKind.STRING)
        .scalar(6, "kind", FieldKind.SPAN_KIND)
        .scalar(7, "startTimeUnixNano", FieldKind.FIXED64)
        .scalar(8, "endTimeUnixNano", FieldKind.FIXED64)
        .repeated(9, "attributes", KEY_VALUE)
        .scalar(10, "droppedAttributesCount", FieldKind.UINT32)
        .repeated(11, "events", EVENT)
        .scalar(12, "droppedEventsCount", FieldKind.UINT32)
        .repeated(13, "links", LINK)
        .scalar(14, "droppedLinksCount", FieldKind.UINT32)
        .message(15, "status", STATUS);
    EVENT
        .scalar(1, "timeUnixNano", FieldKind.FIXED64)
        .scalar(2, "name", FieldKind.STRING)
        .repeated(3, "attributes", KEY_VALUE)
        .scalar(4, "droppedAttributesCount", FieldKind.UINT32);
    LINK.scalar(1, "traceId", FieldKind.TRACE_ID)
        .scalar(2, "spanId", FieldKind.SPAN_ID)
        .scalar(3, "traceState", FieldKind.STRING)
        .repeated(4, "attributes", KEY_VALUE)
        .scalar(5, "droppedAttributesCount", FieldKind.UINT32)
        .scalar(6, "flags", FieldKind.FIXED32);
    STATUS.scalar(2, "message", FieldKind.STRING).scalar(3, "code", FieldKind.STATUS_CODE);
    KEY_VALUE
        .scalar(1, "key", FieldKind.STRING)
        .message(2, "value", ANY_VALUE)
        .scalar(3, "keyStrindex", FieldKind.INT32);
    ANY_VALUE
        .choice(1, "stringValue", FieldKind.STRING)
        .choice(2, "boolValue", FieldKind.BOOL)
        .choice(3, "intValue", FieldKind.INT64)
        .choice(4, "doubleValue", FieldKind.DOUBLE)
        .choice(5, "arrayValue", ARRAY_VALUE)
        .choice(6, "kvlistValue", KEY_VALUE_LIST)
        .choice(7, "bytesValue", FieldKind.BYTES)
        .choice(8, "stringValueStrindex", FieldKind.INT32);
    ARRAY_VALUE.repeated(1, "values", ANY_VALUE);
    KEY_VALUE_LIST.repeated(1, "values", KEY_VALUE);
    ENTITY_REF
        .scalar(1, "schemaUrl", FieldKind.STRING)
        .scalar(2, "type", FieldKind.STRING)
        .repeatedText(3, "idKeys")
        .repeatedText(4, "descriptionKeys");
  }

  private OtlpSchema() {}
}
