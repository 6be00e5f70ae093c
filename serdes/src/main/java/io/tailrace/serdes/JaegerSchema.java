package io.tailrace.serdes;

/**
 * All fields of a Jaeger span for JSON parsing, from {@code model.proto} of jaeger-idl 0.9. {@link
 * JaegerReader} defines the fields for protobuf parsing.
 */
final class JaegerSchema {
  static final MessageType SPAN = new MessageType();
  private static final MessageType REFERENCE = new MessageType();
  private static final MessageType KEY_VALUE = new MessageType();
  private static final MessageType LOG = new MessageType();
  private static final MessageType PROCESS = new MessageType();

  static {
    SPAN.scalar(1, "traceId", FieldKind.BYTES)
        .scalar(2, "spanId", FieldKind.BYTES)
        .scalar(3, "operationName", FieldKind.STRING)
        .repeated(4, "references", REFERENCE)
        .scalar(5, "flags", FieldKind.UINT32)
        .scalar(6, "startTime", FieldKind.TIMESTAMP)
        .scalar(7, "duration", FieldKind.DURATION)
        .repeated(8, "tags", KEY_VALUE)
        .repeated(9, "logs", LOG)
        .message(10, "process", PROCESS)
        .scalar(11, "processId", FieldKind.STRING)
        .repeatedText(12, "warnings");
    REFERENCE
        .scalar(1, "traceId", FieldKind.BYTES)
        .scalar(2, "spanId", FieldKind.BYTES)
        .scalar(3, "refType", FieldKind.REFERENCE_TYPE);
    KEY_VALUE
        .scalar(1, "key", FieldKind.STRING)
        .scalar(2, "vType", FieldKind.VALUE_TYPE)
        .scalar(3, "vStr", FieldKind.STRING)
        .scalar(4, "vBool", FieldKind.BOOL)
        .scalar(5, "vInt64", FieldKind.INT64)
        .scalar(6, "vFloat64", FieldKind.DOUBLE)
        .scalar(7, "vBinary", FieldKind.BYTES);
    LOG.scalar(1, "timestamp", FieldKind.TIMESTAMP).repeated(2, "fields", KEY_VALUE);
    PROCESS.scalar(1, "serviceName", FieldKind.STRING).repeated(2, "tags", KEY_VALUE);
  }

  private JaegerSchema() {}
}
