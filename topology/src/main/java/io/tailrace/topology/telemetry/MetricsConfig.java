package io.tailrace.topology.telemetry;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.registry.otlp.AggregationTemporality;
import io.micrometer.registry.otlp.HistogramFlavor;
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
  /** Meter with exponential buckets: the durations of operations. */
  private static final String EXPONENTIAL = "traces.span.metrics.duration";

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
  public Map<String, HistogramFlavor> histogramFlavorPerMeter() {
    return Map.of(EXPONENTIAL, HistogramFlavor.BASE2_EXPONENTIAL_BUCKET_HISTOGRAM);
  }

  /** Replaces the fixed buckets of these meters, as Micrometer otherwise sends those. */
  static MeterFilter exponential() {
    return new MeterFilter() {
      @Override
      public DistributionStatisticConfig configure(
          Meter.Id id, DistributionStatisticConfig config) {
        return id.getName().equals(EXPONENTIAL)
            ? DistributionStatisticConfig.builder()
                .percentilesHistogram(true)
                .serviceLevelObjectives()
                .build()
                .merge(config)
            : config;
      }
    };
  }

  @Override
  public TimeUnit baseTimeUnit() {
    return TimeUnit.SECONDS; // as on /metrics
  }
}
