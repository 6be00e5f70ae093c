package io.tailrace.topology.telemetry;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.registry.otlp.OtlpMeterRegistry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends its meters and spans of due rounds from {@link #start} to {@link #close} on its own
 * threads. Failures of the receiver are logged and have no other effect. Uses only the given
 * settings: no {@code OTEL_*} variable and no system property.
 */
public final class Telemetry implements AutoCloseable {
  /**
   * Rounds of one task for some minutes, or of a hundred tasks for seconds. Further spans are
   * dropped.
   */
  private static final int MAX_WAITING_SPANS = 4_096;

  private static final Logger LOG = LoggerFactory.getLogger(Telemetry.class);
  private static final Duration TO_FLUSH = Duration.ofSeconds(3);

  private final OtlpSender metrics;
  private final ReportingSpanExporter spans;
  private final MeterRegistry registry;
  private final SdkTracerProvider tracers;
  private final RoundSpans rounds;

  public static Telemetry start(Destination destination, Origin origin, InstantSource clock) {
    return new Telemetry(destination, origin, clock);
  }

  private Telemetry(Destination destination, Origin origin, InstantSource clock) {
    HttpClient http = OtlpSender.client();
    // Separate for each, as a receiver may support only one of the two.
    metrics = new OtlpSender(http, destination.metrics(), destination, new Delivery(clock));
    spans = ReportingSpanExporter.to(destination, new Delivery(clock));
    registry =
        OtlpMeterRegistry.builder(new MetricsConfig(destination, origin))
            .metricsSender(request -> metrics.send(request.getMetricsData()))
            .build();
    registry.config().meterFilter(MetricsConfig.exponential());
    tracers =
        SdkTracerProvider.builder()
            .setResource(resource(origin))
            .setSampler(Sampler.alwaysOn())
            .addSpanProcessor(
                BatchSpanProcessor.builder(spans).setMaxQueueSize(MAX_WAITING_SPANS).build())
            .build();
    rounds = new SdkRoundSpans(tracers.get("io.tailrace"));
  }

  private static Resource resource(Origin origin) {
    AttributesBuilder attributes = Attributes.builder();
    origin.attributes().forEach(attributes::put);
    return Resource.getDefault().merge(Resource.create(attributes.build()));
  }

  /** Returns the registry of the meters to send. */
  public MeterRegistry registry() {
    return registry;
  }

  /** Returns the receiver of due rounds. */
  public RoundSpans rounds() {
    return rounds;
  }

  /** Sends pending data, for a few seconds at most. */
  @Override
  public void close() {
    CountDownLatch flushed = new CountDownLatch(2);
    flush("tailrace-metrics-flush", registry::close, flushed);
    flush("tailrace-spans-flush", tracers::close, flushed);
    try {
      if (!flushed.await(TO_FLUSH.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("the last own telemetry was not delivered within {} s", TO_FLUSH.toSeconds());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    metrics.close();
    spans.silence();
  }

  private static void flush(String thread, Runnable flush, CountDownLatch flushed) {
    Thread flusher =
        new Thread(
            () -> {
              try {
                flush.run();
              } finally {
                flushed.countDown();
              }
            },
            thread);
    flusher.setDaemon(true);
    flusher.start();
  }
}
