package io.tailrace.serdes;

import java.util.Locale;
import java.util.Set;

/** How a record holds its spans; the names are those of the Collector's Kafka components. */
public enum Encoding {
  /** {@code TracesData}, which is also {@code ExportTraceServiceRequest}. */
  OTLP_PROTO,
  /** The same in OTLP's own JSON. */
  OTLP_JSON,
  /** One {@code jaeger.api_v2.Span}. */
  JAEGER_PROTO,
  /** The same in protobuf's JSON. */
  JAEGER_JSON,
  /** An array of Zipkin's spans of version 2. */
  ZIPKIN_JSON;

  private final String label = name().toLowerCase(Locale.ROOT);

  /** Its name in settings. */
  public String label() {
    return label;
  }

  /** A new translator of such records. */
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
