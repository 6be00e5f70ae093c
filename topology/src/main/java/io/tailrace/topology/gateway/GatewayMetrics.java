package io.tailrace.topology.gateway;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.BaseUnits;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** Metrics of the gateway, listed in {@code deploy/METRICS.md}. Thread-safe. */
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
              .description("Time from a request to its answer")
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
                .description("Refused requests")
                .tag("transport", transport.label())
                .tag("reason", refusal.reason())
                .register(registry));
      }
      refused.put(transport, reasons);
    }
    spans = counter(registry, "tailrace.gateway.spans", "Spans acknowledged");
    rejectedSpans = counter(registry, "tailrace.gateway.rejected.spans", "Spans rejected");
    bytes =
        Counter.builder("tailrace.gateway.received")
            .description("Uncompressed bytes of acknowledged requests")
            .baseUnit(BaseUnits.BYTES)
            .register(registry);
    Gauge.builder("tailrace.gateway.in.flight", inFlight, InFlight::bytes)
        .description("Bytes of unanswered requests")
        .baseUnit(BaseUnits.BYTES)
        .register(registry);
  }

  /** Measures one request. */
  final class Clock {
    private final Transport transport;
    private final long began = System.nanoTime();

    private Clock(Transport transport) {
      this.transport = transport;
    }

    void answered(Answer answer, long size) {
      of(requests, transport).record(Duration.ofNanos(System.nanoTime() - began));
      Refusal refusal = answer.refusal();
      if (refusal != null) {
        of(of(refused, transport), refusal).increment();
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

  /** Each constant has an entry. */
  private static <K, V> V of(Map<K, V> meters, K constant) {
    return Objects.requireNonNull(meters.get(constant), "meter");
  }

  private static Counter counter(MeterRegistry registry, String name, String description) {
    return Counter.builder(name).description(description).register(registry);
  }
}
