package io.tailrace.topology.telemetry;

import io.micrometer.registry.otlp.AggregationTemporality;
import io.micrometer.registry.otlp.OtlpConfig;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sets all values that Micrometer would otherwise read from variables such as {@code
 * OTEL_EXPORTER_OTLP_HEADERS}.
 */
record MetricsConfig(Destination destination, Origin origin) implements OtlpConfig {
  @Override
  public @Nullable String get(String key) {
    return null; // defaults for other settings
  }

  @Override
  public String url() {
    return destination.metrics().toString();
  }

  @Override
  public Duration step() {
    return destination.interval();
  }

  @Override
  public Map<String, String> headers() {
    return Map.of(); // the sender adds them, so that no message of Micrometer contains them
  }

  @Override
  public Map<String, String> resourceAttributes() {
    return origin.attributes();
  }

  @Override
  public AggregationTemporality aggregationTemporality() {
    return AggregationTemporality.CUMULATIVE;
  }

  @Override
  public TimeUnit baseTimeUnit() {
    return TimeUnit.SECONDS; // as on /metrics
  }
}
