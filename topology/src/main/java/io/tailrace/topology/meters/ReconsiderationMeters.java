package io.tailrace.topology.meters;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Counts the traces whose verdict late spans turned. Thread-safe. */
final class ReconsiderationMeters {
  private final Counter kept;
  private final Counter limited;
  private final Counter whole;
  private final Counter incomplete;

  ReconsiderationMeters(MeterRegistry registry) {
    String traces = "tailrace.traces.reconsidered";
    String help = "Traces not kept at first that policies wanted because of a late span";
    kept = Counter.builder(traces).description(help).tag("outcome", "kept").register(registry);
    limited =
        Counter.builder(traces).description(help).tag("outcome", "limited").register(registry);
    whole = readBack("whole", registry);
    incomplete = readBack("incomplete", registry);
  }

  private static Counter readBack(String outcome, MeterRegistry registry) {
    return Counter.builder("tailrace.traces.read.back")
        .description("Traces read back from the source topic because of a late span or a link")
        .tag("outcome", outcome)
        .register(registry);
  }

  void kept() {
    kept.increment();
  }

  void limited() {
    limited.increment();
  }

  void readBack(boolean isWhole) {
    (isWhole ? whole : incomplete).increment();
  }
}
