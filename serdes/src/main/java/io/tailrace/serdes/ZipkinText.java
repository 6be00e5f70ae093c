package io.tailrace.serdes;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tailrace.serdes.SpanDraft.Event;
import io.tailrace.serdes.SpanDraft.Link;
import java.io.IOException;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parses the text that the Collector writes for data without a Zipkin equivalent: events with
 * attributes, and links, both separated by bars. Similar text from other sources is not an error.
 */
final class ZipkinText {
  private static final Pattern EVENT =
      Pattern.compile("([^|]*)\\|(.*)\\|([0-9]{1,9})", Pattern.DOTALL);
  private static final Pattern LINK =
      Pattern.compile(
          "([0-9a-fA-F]{32})\\|([0-9a-fA-F]{16})\\|([^|]*)\\|(.*)\\|([0-9]{1,9})", Pattern.DOTALL);

  private ZipkinText() {}

  static Event event(long time, String annotation) {
    Matcher parts = EVENT.matcher(annotation);
    if (parts.matches()) {
      Optional<Map<String, Object>> attributes = attributes(parts.group(2));
      if (attributes.isPresent()) {
        return new Event(time, parts.group(1), attributes.get(), Long.parseLong(parts.group(3)));
      }
    }
    return new Event(time, annotation, Map.of(), 0);
  }

  static Optional<Link> link(String tag) {
    Matcher parts = LINK.matcher(tag);
    if (!parts.matches()) {
      return Optional.empty();
    }
    String traceId = parts.group(1);
    TraceId id =
        new TraceId(
            HexFormat.fromHexDigitsToLong(traceId, 0, 16),
            HexFormat.fromHexDigitsToLong(traceId, 16, 32));
    return attributes(parts.group(4))
        .map(
            attributes ->
                new Link(
                    id,
                    HexFormat.fromHexDigitsToLong(parts.group(2)),
                    parts.group(3),
                    attributes,
                    Long.parseLong(parts.group(5))));
  }

  /**
   * Parses the texts, numbers and booleans of a JSON object. Empty if the text is not an object.
   */
  private static Optional<Map<String, Object>> attributes(String json) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    try (JsonParser in = JsonToProtobuf.JSON.createParser(json)) {
      if (in.nextToken() == JsonToken.VALUE_NULL) { // an event without attributes
        return in.nextToken() == null ? Optional.of(attributes) : Optional.empty();
      }
      if (in.currentToken() != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      for (String key = in.nextFieldName(); key != null; key = in.nextFieldName()) {
        switch (in.nextToken()) {
          case VALUE_STRING -> attributes.put(key, in.getText());
          case VALUE_TRUE, VALUE_FALSE -> attributes.put(key, in.getBooleanValue());
          case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> attributes.put(key, number(in));
          default -> in.skipChildren();
        }
      }
      return in.nextToken() == null ? Optional.of(attributes) : Optional.empty();
    } catch (IOException notJson) {
      return Optional.empty();
    }
  }

  /** Parses a number. Integral values become integers in any notation. */
  private static Object number(JsonParser in) throws IOException {
    if (in.currentToken() == JsonToken.VALUE_NUMBER_INT) {
      BigInteger whole = in.getBigIntegerValue();
      return whole.bitLength() < Long.SIZE ? (Object) whole.longValue() : whole.doubleValue();
    }
    double value = in.getDoubleValue();
    return value == Math.rint(value) && Math.abs(value) < Long.MAX_VALUE
        ? (Object) (long) value
        : value;
  }
}
