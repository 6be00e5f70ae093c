package io.tailrace.serdes;

import java.util.Set;

/**
 * Turns OTLP/JSON (<a
 * href="https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding">specification</a>) into
 * OTLP protobuf, token by token. It takes what senders write beyond the specification where that
 * cannot be misread: names in {@code snake_case}, enums by name, numbers as strings and the other
 * way round. Unknown fields and nulls are passed over. Not thread-safe; buffers are reused.
 */
public final class OtlpJsonReader {
  private static final Set<String> OTHER_SIGNALS =
      Set.of(
          "resourceMetrics",
          "resource_metrics",
          "resourceLogs",
          "resource_logs",
          "resourceProfiles",
          "resource_profiles");

  private final JsonToProtobuf reader;

  private OtlpJsonReader(Set<String> otherSignals) {
    reader = new JsonToProtobuf(OtlpSchema.TRACES_DATA, otherSignals, "resourceSpans");
  }

  /** Reads traces; an object of other signals is malformed. */
  public static OtlpJsonReader ofTraces() {
    return new OtlpJsonReader(Set.of());
  }

  /** Reads what holds traces among other signals; an object of these has no spans. */
  public static OtlpJsonReader ofAllSignals() {
    return new OtlpJsonReader(OTHER_SIGNALS);
  }

  /**
   * Reads one JSON object, a {@code TracesData} or {@code ExportTraceServiceRequest}.
   *
   * @return {@code TracesData}; no bytes if the object is empty, or of other signals among which
   *     traces are read
   * @throws MalformedOtlpException if it is not JSON, or a field does not hold what it should; the
   *     message has the field's path, its value and what is expected there
   */
  public byte[] toProtobuf(byte[] json, int offset, int length) throws MalformedOtlpException {
    return reader.toProtobuf(json, offset, length);
  }
}
