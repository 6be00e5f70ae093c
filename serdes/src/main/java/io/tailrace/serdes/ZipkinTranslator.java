package io.tailrace.serdes;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tailrace.serdes.ZipkinSpan.Annotation;
import io.tailrace.serdes.ZipkinSpan.Endpoint;
import java.io.IOException;
import java.util.Map;

/**
 * Converts an array of Zipkin v2 spans to OTLP like the Collector 0.155 ({@code
 * pkg/translator/zipkin}), except that each span keeps its own resource. The Collector uses the
 * resource of the first span for all spans of a service and drops the resource tags of the others.
 */
final class ZipkinTranslator implements Translator {
  /** The Collector's Zipkin service name for a resource without a service name. */
  private static final String NO_SERVICE = "OTLPResourceNoServiceName";

  private final DraftWriter writer = new DraftWriter();

  @SuppressWarnings("NullAway.Init") // set at the start of toTracesData
  private JsonParser in;

  @Override
  public byte[] toTracesData(byte[] record) throws MalformedOtlpException {
    writer.clear();
    try (JsonParser parser = JsonToProtobuf.JSON.createParser(record)) {
      in = parser;
      try {
        readSpans();
      } catch (IOException e) {
        throw JsonFaults.notJson(parser, e);
      }
    } catch (IOException e) {
      throw JsonFaults.malformed("not JSON: " + e.getMessage(), e);
    }
    return writer.tracesData();
  }

  private void readSpans() throws IOException, MalformedOtlpException {
    if (in.nextToken() == null) {
      throw JsonFaults.malformed("nothing (expected: a JSON array)", null);
    }
    require(JsonToken.START_ARRAY, "a JSON array");
    int index = 0;
    for (JsonToken next = in.nextToken(); next != JsonToken.END_ARRAY; next = in.nextToken()) {
      if (next != JsonToken.VALUE_NULL) {
        add(readSpan(), index);
      }
      index++;
    }
    if (in.nextToken() != null) {
      throw JsonFaults.unexpected(in, "nothing after the JSON array");
    }
  }

  private void add(ZipkinSpan span, int index) throws MalformedOtlpException {
    if (span.id == 0) {
      throw JsonFaults.malformed(
          "[" + index + "]: a span without an id (expected: 1 to 16 hex digits, not all zero)",
          null);
    }
    String service = span.local.serviceName.equals(NO_SERVICE) ? "" : span.local.serviceName;
    Map<String, Object> resource = ZipkinResource.take(service, span.tags);
    SpanDraft.Scope scope = ZipkinResource.takeScope(span.tags);
    writer.add(resource, scope, span.draft());
  }

  private ZipkinSpan readSpan() throws IOException, MalformedOtlpException {
    require(JsonToken.START_OBJECT, "a JSON object");
    ZipkinSpan span = new ZipkinSpan();
    for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
      if (in.nextToken() == JsonToken.VALUE_NULL) {
        continue;
      }
      switch (name) {
        case "traceId" -> span.traceId = JsonScalars.shortTraceId(in);
        case "id" -> span.id = JsonScalars.shortSpanId(in);
        case "parentId" -> span.parentId = isEmptyText() ? 0 : JsonScalars.shortSpanId(in);
        case "name" -> span.name = text();
        case "kind" -> span.kind = text();
        case "timestamp" -> span.timestamp = micros();
        case "duration" -> span.duration = micros();
        case "localEndpoint" -> span.local = readEndpoint();
        case "remoteEndpoint" -> span.remote = readEndpoint();
        case "annotations" -> readAnnotations(span);
        case "tags" -> readTags(span);
        default -> in.skipChildren();
      }
    }
    return span;
  }

  private Endpoint readEndpoint() throws IOException, MalformedOtlpException {
    require(JsonToken.START_OBJECT, "a JSON object");
    Endpoint endpoint = new Endpoint();
    for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
      if (in.nextToken() == JsonToken.VALUE_NULL) {
        continue;
      }
      switch (name) {
        case "serviceName" -> endpoint.serviceName = text();
        case "ipv4" -> endpoint.ipv4 = text();
        case "ipv6" -> endpoint.ipv6 = text();
        case "port" -> endpoint.port = JsonScalars.integer(in, IntegerRange.PORT);
        default -> in.skipChildren();
      }
    }
    return endpoint;
  }

  private void readAnnotations(ZipkinSpan span) throws IOException, MalformedOtlpException {
    require(JsonToken.START_ARRAY, "a JSON array");
    while (in.nextToken() != JsonToken.END_ARRAY) {
      if (in.currentToken() != JsonToken.VALUE_NULL) {
        span.annotations.add(readAnnotation());
      }
    }
  }

  private Annotation readAnnotation() throws IOException, MalformedOtlpException {
    require(JsonToken.START_OBJECT, "a JSON object");
    long timestamp = 0;
    String value = "";
    for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
      if (in.nextToken() == JsonToken.VALUE_NULL) {
        continue;
      }
      switch (name) {
        case "timestamp" -> timestamp = micros();
        case "value" -> value = text();
        default -> in.skipChildren();
      }
    }
    return new Annotation(timestamp, value);
  }

  private void readTags(ZipkinSpan span) throws IOException, MalformedOtlpException {
    require(JsonToken.START_OBJECT, "a JSON object");
    for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
      boolean none = in.nextToken() == JsonToken.VALUE_NULL;
      span.tags.put(name, none ? "" : text());
    }
  }

  /**
   * Reads a text. Numbers and booleans, which some senders write instead, are accepted as written.
   */
  private String text() throws IOException, MalformedOtlpException {
    if (!in.currentToken().isScalarValue()) {
      throw JsonFaults.unexpected(in, "a string");
    }
    return in.getText();
  }

  private boolean isEmptyText() throws IOException {
    return in.currentToken() == JsonToken.VALUE_STRING && in.getTextLength() == 0;
  }

  private long micros() throws IOException, MalformedOtlpException {
    return JsonScalars.integer(in, IntegerRange.MICROSECONDS);
  }

  private void require(JsonToken token, String expected)
      throws IOException, MalformedOtlpException {
    if (in.currentToken() != token) {
      throw JsonFaults.unexpected(in, expected);
    }
  }
}
