package io.tailrace.topology.gateway;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.BaseUnits;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/** What the gateway counts; {@code deploy/METRICS.md} lists it. Thread-safe. */
final class GatewayMetrics {
  private final Map<Transport, Timer> requests = new EnumMap<>(Transport.class);
  private final Map<Transport, Map<Refusal, Counter>> refused = new EnumMap<>(Transport.class);
  private final Counter spans;
  private final Counter rejectedSpans;
  private final Counter bytes;

  GatewayMetrics(MeterRegistry registry, InFlight inFlight) {
    for (Transport transport : Transport.values()) {
      requests.put(
          transport,
          Timer.builder("tailrace.gateway.request")
              .description("From a request to its answer")
              .tag("transport", transport.label())
              .serviceLevelObjectives(
                  Duration.ofMillis(5),
                  Duration.ofMillis(20),
                  Duration.ofMillis(100),
                  Duration.ofMillis(500),
                  Duration.ofSeconds(2),
                  Duration.ofSeconds(10))
              .register(registry));
      Map<Refusal, Counter> reasons = new EnumMap<>(Refusal.class);
      for (Refusal refusal : Refusal.values()) {
        reasons.put(
            refusal,
            Counter.builder("tailrace.gateway.refused")
                .description("Requests refused")
                .tag("transport", transport.label())
                .tag("reason", refusal.reason())
                .register(registry));
      }
      refused.put(transport, reasons);
    }
    spans = counter(registry, "tailrace.gateway.spans", "Spans acknowledged");
    rejectedSpans = counter(registry, "tailrace.gateway.rejected.spans", "Spans left out");
    bytes =
        Counter.builder("tailrace.gateway.received")
            .description("Bytes of the requests that were acknowledged, unpacked")
            .baseUnit(BaseUnits.BYTES)
            .register(registry);
    Gauge.builder("tailrace.gateway.in.flight", inFlight, InFlight::bytes)
        .description("Bytes of requests that are not answered yet")
        .baseUnit(BaseUnits.BYTES)
        .register(registry);
  }

  /** One request's way through. */
  final class Clock {
    private final Transport transport;
    private final long began = System.nanoTime();

    private Clock(Transport transport) {
      this.transport = transport;
    }

    void answered(Answer answer, long size) {
      requests.get(transport).record(Duration.ofNanos(System.nanoTime() - began));
      if (answer.isRefused()) {
        refused.get(transport).get(answer.refusal()).increment();
        return;
      }
      spans.increment((double) answer.spans());
      rejectedSpans.increment((double) answer.rejectedSpans());
      bytes.increment((double) size);
    }
  }

  Clock begin(Transport transport) {
    return new Clock(transport);
  }

  private static Counter counter(MeterRegistry registry, String name, String description) {
    return Counter.builder(name).description(description).register(registry);
  }
}
