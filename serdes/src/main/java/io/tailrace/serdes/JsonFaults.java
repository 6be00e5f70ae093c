package io.tailrace.serdes;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonEOFException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Creates exceptions for malformed OTLP/JSON, with path, value and expectation. */
final class JsonFaults {
  private static final int MAX_VALUE = 64;
  private static final int MAX_PATH = 200;
  private static final int MAX_REASON = 200;

  private JsonFaults() {}

  /** Creates an exception for an invalid current value. */
  static MalformedOtlpException unexpected(JsonParser in, String expected) throws IOException {
    return malformed(
        path(in.getParsingContext()) + value(in) + " (expected: " + expected + ")", null);
  }

  /** Creates an exception for an object without known fields. */
  static MalformedOtlpException unknown(String name, String expected) {
    return malformed(cut(name, MAX_VALUE) + ": unknown (expected: " + expected + ")", null);
  }

  static MalformedOtlpException notJson(JsonParser in, IOException cause) {
    String at = path(in.getParsingContext());
    long offset = in.currentLocation().getByteOffset();
    if (cause instanceof JsonEOFException) {
      return malformed(at + "ends at byte " + offset + " (expected: more JSON)", cause);
    }
    String reason =
        cause instanceof JsonProcessingException json
            ? json.getOriginalMessage()
            : String.valueOf(cause.getMessage());
    return malformed(at + "not JSON at byte " + offset + ": " + cut(reason, MAX_REASON), cause);
  }

  static MalformedOtlpException malformed(String message, @Nullable Throwable cause) {
    return new MalformedOtlpException(message, cause);
  }

  private static String value(JsonParser in) throws IOException {
    JsonToken token = in.currentToken();
    if (token == JsonToken.START_OBJECT) {
      return "{…}";
    }
    if (token == JsonToken.START_ARRAY) {
      return "[…]";
    }
    String text = cut(in.getText(), MAX_VALUE);
    return token == JsonToken.VALUE_STRING ? '"' + text + '"' : text;
  }

  /**
   * Returns the path, such as {@code resourceSpans[0].scopeSpans[2].schemaUrl: }. Empty for the
   * root.
   */
  private static String path(JsonStreamContext context) {
    StringBuilder path = new StringBuilder();
    append(context, path);
    return path.isEmpty() ? "" : cut(path.toString(), MAX_PATH) + ": ";
  }

  /** Appends the path recursively. The parser limits the nesting. */
  private static void append(JsonStreamContext context, StringBuilder to) {
    if (context == null || to.length() > MAX_PATH) {
      return;
    }
    append(context.getParent(), to);
    if (context.inArray() && context.hasCurrentIndex()) {
      to.append('[').append(context.getCurrentIndex()).append(']');
    } else if (context.inObject() && context.getCurrentName() != null) {
      to.append(to.isEmpty() ? "" : ".").append(context.getCurrentName());
    }
  }

  private static String cut(String text, int max) {
    return text.length() <= max ? text : text.substring(0, max) + "…";
  }
}
