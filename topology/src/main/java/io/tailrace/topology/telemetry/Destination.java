package io.tailrace.topology.telemetry;

import java.net.URI;
import java.time.Duration;
import java.util.Map;

/**
 * Destination and interval of telemetry.
 *
 * @param endpoint base URL of an OTLP/HTTP receiver, without a trailing slash; {@code /v1/metrics}
 *     and {@code /v1/traces} are below it
 * @param headers sent with each request; secret
 * @param interval interval between exports of metrics
 */
public record Destination(URI endpoint, Map<String, String> headers, Duration interval) {
  @Override
  public String toString() {
    return endpoint + " every " + interval;
  }

  URI metrics() {
    return URI.create(endpoint + "/v1/metrics");
  }

  URI traces() {
    return URI.create(endpoint + "/v1/traces");
  }
}
