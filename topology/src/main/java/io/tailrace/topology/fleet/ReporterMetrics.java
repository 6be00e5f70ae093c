package io.tailrace.topology.fleet;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Metrics of failed reports. Thread-safe. */
public final class ReporterMetrics {
  private final Counter failures;

  public ReporterMetrics(MeterRegistry registry) {
    failures =
        Counter.builder("tailrace.report.failures")
            .description("Failed writes of the status of this instance or the policy history")
            .register(registry);
  }

  void failed() {
    failures.increment();
  }
}
