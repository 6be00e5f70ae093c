package io.tailrace.serdes;

import java.util.Locale;
import java.util.Set;

/** Encoding of the spans in a record. The names equal those of the Collector's Kafka components. */
public enum Encoding {
  /**
   * OTLP protobuf: {@code TracesData} or {@code ExportTraceServiceRequest}, which have the same
   * format.
   */
  OTLP_PROTO,
  /** OTLP/JSON. */
  OTLP_JSON,
  /** One {@code jaeger.api_v2.Span}. */
  JAEGER_PROTO,
  /** One {@code jaeger.api_v2.Span} as protobuf JSON. */
  JAEGER_JSON,
  /** A JSON array of Zipkin v2 spans. */
  ZIPKIN_JSON;

  private final String label = name().toLowerCase(Locale.ROOT);

  /** Returns the name used in settings. */
  public String label() {
    return label;
  }

  /** Creates a translator for records of this encoding. */
  public Translator newTranslator() {
    return switch (this) {
      case OTLP_PROTO -> record -> record;
      case OTLP_JSON -> {
        OtlpJsonReader json = OtlpJsonReader.ofTraces();
        yield record -> json.toProtobuf(record, 0, record.length);
      }
      case JAEGER_PROTO -> new JaegerTranslator();
      case JAEGER_JSON -> {
        JsonToProtobuf json = new JsonToProtobuf(JaegerSchema.SPAN, Set.of(), "traceId");
        JaegerTranslator jaeger = new JaegerTranslator();
        yield record -> jaeger.toTracesData(json.toProtobuf(record, 0, record.length));
      }
      case ZIPKIN_JSON -> new ZipkinTranslator();
    };
  }
}
