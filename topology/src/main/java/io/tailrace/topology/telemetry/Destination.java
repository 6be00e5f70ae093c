package io.tailrace.topology.telemetry;

import java.net.URI;
import java.time.Duration;
import java.util.Map;

/**
 * Where telemetry goes, and how often.
 *
 * @param endpoint base URL of a receiver of OTLP/HTTP, without a slash at its end; {@code
 *     /v1/metrics} and {@code /v1/traces} are below it
 * @param headers sent with each request; secret
 * @param interval from one export of the metrics to the next
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
