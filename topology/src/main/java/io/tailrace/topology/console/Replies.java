package io.tailrace.topology.console;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import io.tailrace.topology.fleet.AdminPorts;
import java.io.IOException;
import java.util.Map;

/** Writes and reads HTTP responses. */
public final class Replies {
  static final ObjectMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
          // Later releases may add fields.
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  static final String NO_CONSOLE = "not a Tailrace instance with a console";

  private Replies() {}

  /**
   * Parses the response of an instance.
   *
   * @throws IOException with the reason, if it has no content
   */
  static JsonNode read(AdminPorts.Answer answer) throws IOException {
    JsonNode body;
    try {
      body = JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new IOException(NO_CONSOLE, e);
    }
    if (answer.status() != 200) {
      throw new IOException(
          body.hasNonNull("error") ? body.get("error").asText() : "HTTP status " + answer.status());
    }
    return body;
  }

  /** Sends a value as JSON. */
  static void json(HttpExchange exchange, int status, Object value) throws IOException {
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    send(exchange, status, "application/json", bytes(value));
  }

  /** Sends an error with its reason. */
  static void error(HttpExchange exchange, int status, String why) throws IOException {
    json(exchange, status, Map.of("error", why));
  }

  /** Sends the reason of a denied access. */
  public static void refuse(HttpExchange exchange, Access.Refusal refusal) throws IOException {
    if (refusal.status() == 401) {
      exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
    }
    error(exchange, refusal.status(), refusal.why());
  }

  static byte[] bytes(Object value) {
    try {
      return JSON.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
    boolean bodiless = exchange.getRequestMethod().equals("HEAD") || body.length == 0;
    exchange.sendResponseHeaders(status, bodiless ? -1 : body.length);
    if (!bodiless) {
      exchange.getResponseBody().write(body);
    }
  }
}
