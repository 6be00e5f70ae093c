package io.tailrace.topology.fleet;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicLong;

/** Metrics of policy documents. Thread-safe. */
public final class PolicyTopicMetrics {
  private final Counter accepted;
  private final Counter refused;
  private final Counter shadowAccepted;
  private final Counter shadowRefused;
  private final AtomicLong version = new AtomicLong();
  private final AtomicLong shadow = new AtomicLong();
  private final AtomicLong readable = new AtomicLong(1);

  public PolicyTopicMetrics(MeterRegistry registry) {
    accepted = documents(registry, "tailrace.policy.documents", "accepted");
    refused = documents(registry, "tailrace.policy.documents", "refused");
    shadowAccepted = documents(registry, "tailrace.shadow.documents", "accepted");
    shadowRefused = documents(registry, "tailrace.shadow.documents", "refused");
    Gauge.builder("tailrace.shadow.version", shadow, AtomicLong::get)
        .description("Version of the shadow set; 0 if there is none")
        .register(registry);
    Gauge.builder("tailrace.policy.version", version, AtomicLong::get)
        .description("Version of the newest valid policies; 0 before any document")
        .register(registry);
    Gauge.builder("tailrace.policy.topic.readable", readable, AtomicLong::get)
        .description("1 if the config topic can be read, else 0")
        .register(registry);
  }

  void accepted(long number) {
    accepted.increment();
    version.set(number);
  }

  void refused() {
    refused.increment();
  }

  /**
   * Records a new shadow set, or the end of one.
   *
   * @param number 0 if there is no shadow set from now on
   */
  void shadowAccepted(long number) {
    shadowAccepted.increment();
    shadow.set(number);
  }

  void shadowRefused() {
    shadowRefused.increment();
  }

  void readable(boolean is) {
    readable.set(is ? 1 : 0);
  }

  private static Counter documents(MeterRegistry registry, String name, String result) {
    return Counter.builder(name)
        .description("Documents of this kind read from the config topic")
        .tag("result", result)
        .register(registry);
  }
}
