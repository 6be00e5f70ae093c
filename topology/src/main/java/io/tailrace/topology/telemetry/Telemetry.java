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
 * Sends what is on its meters, and spans of due rounds, from {@link #start} to {@link #close}, on
 * threads of its own. A receiver that is away or refuses is told in the log; nothing else comes of
 * it. Nothing but what it is given counts: no {@code OTEL_*} variable, no system property.
 */
public final class Telemetry implements AutoCloseable {
  /** Some minutes of one task's rounds, or seconds of a hundred's; beyond, spans are dropped. */
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
    // Each its own: a receiver may know one of the two only.
    metrics = new OtlpSender(http, destination.metrics(), destination, new Delivery(clock));
    spans = ReportingSpanExporter.to(destination, new Delivery(clock));
    registry =
        OtlpMeterRegistry.builder(new MetricsConfig(destination, origin))
            .metricsSender(request -> metrics.send(request.getMetricsData()))
            .build();
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

  /** Meters on it are sent. */
  public MeterRegistry registry() {
    return registry;
  }

  /** Takes due rounds. */
  public RoundSpans rounds() {
    return rounds;
  }

  /** Sends what there is, for a few seconds at most. */
  @Override
  public void close() {
    CountDownLatch flushed = new CountDownLatch(2);
    flush("tailrace-metrics-flush", registry::close, flushed);
    flush("tailrace-spans-flush", tracers::close, flushed);
    try {
      if (!flushed.await(TO_FLUSH.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("the last of own telemetry was not taken within {} s", TO_FLUSH.toSeconds());
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
