package io.tailrace.topology.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import io.tailrace.policies.document.GoDuration;
import io.tailrace.topology.kafka.JsonRecords;
import java.io.IOException;
import java.time.Duration;

/** JSON object that a page sends. Values are checked when they are read. */
record RequestBody(JsonNode json) {
  private static final int MAX_BYTES = 1 << 20;
  private static final int MAX_TEXT_CHARS = 500;

  /**
   * Reads the body of a request.
   *
   * @throws ConsoleFault if it is too long or not an object
   */
  static RequestBody read(HttpExchange exchange) throws IOException {
    byte[] bytes = exchange.getRequestBody().readNBytes(MAX_BYTES + 1);
    if (bytes.length > MAX_BYTES) {
      throw new ConsoleFault(413, "body (expected: at most 1MiB)");
    }
    return JsonRecords.read(bytes, JsonNode.class)
        .filter(JsonNode::isObject)
        .map(RequestBody::new)
        .orElseThrow(() -> new ConsoleFault(400, "body (expected: a JSON object)"));
  }

  /** Returns a policy document; empty if absent. */
  String document() {
    return text("document", MAX_BYTES);
  }

  /** Returns a short text; empty if absent. */
  String text(String name) {
    return text(name, MAX_TEXT_CHARS).strip();
  }

  private String text(String name, int maxChars) {
    JsonNode value = json.path(name);
    if (!value.isMissingNode() && !value.isTextual()) {
      throw new ConsoleFault(400, name + " (expected: a text)");
    }
    String text = value.asText("");
    if (text.length() > maxChars) {
      throw new ConsoleFault(400, name + " (expected: at most " + maxChars + " characters)");
    }
    return text;
  }

  /** Returns a version number; 0 if absent. */
  long version(String name) {
    JsonNode value = json.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return 0;
    }
    if (!value.canConvertToLong()) {
      throw new ConsoleFault(400, name + " (expected: a number)");
    }
    return value.asLong();
  }

  /** Returns a duration above 0. */
  Duration duration(String name) {
    return GoDuration.parse(text(name))
        .orElseThrow(() -> new ConsoleFault(400, name + " (expected: a duration such as 15m)"));
  }
}
