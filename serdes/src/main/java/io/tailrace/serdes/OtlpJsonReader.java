package io.tailrace.serdes;

import java.util.Set;

/**
 * Converts OTLP/JSON (<a
 * href="https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding">specification</a>) to
 * OTLP protobuf, token by token. Accepts unambiguous deviations from the specification: names in
 * {@code snake_case}, enums by name, numbers as strings and strings as numbers. Ignores unknown
 * fields and nulls. Not thread-safe; buffers are reused.
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

  /** Creates a reader for traces. Objects of other signals are malformed. */
  public static OtlpJsonReader ofTraces() {
    return new OtlpJsonReader(Set.of());
  }

  /** Creates a reader for files with several signals. Objects of other signals have no spans. */
  public static OtlpJsonReader ofAllSignals() {
    return new OtlpJsonReader(OTHER_SIGNALS);
  }

  /**
   * Reads one JSON object, a {@code TracesData} or {@code ExportTraceServiceRequest}.
   *
   * @return {@code TracesData}; empty if the object is empty or of another accepted signal
   * @throws MalformedOtlpException if the text is not JSON or a field is invalid. The message
   *     contains the path, value and expectation.
   */
  public byte[] toProtobuf(byte[] json, int offset, int length) throws MalformedOtlpException {
    return reader.toProtobuf(json, offset, length);
  }
}
