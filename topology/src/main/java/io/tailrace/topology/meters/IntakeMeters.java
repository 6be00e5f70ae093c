package io.tailrace.topology.meters;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.tailrace.serdes.Verdict;

/** Counts the input of an instance's tasks. Thread-safe. */
final class IntakeMeters {
  private final MeterRegistry registry;
  private final Counter recordsSplit;
  private final Counter spansSplit;
  private final Counter recordsReceived;
  private final Counter spansReceived;
  private final Counter bytesReceived;
  private final Counter tracesOpened;
  private final Counter spansLateKept;
  private final Counter spansLateDropped;
  private final ReconsiderationMeters reconsidered;
  private final LinkMeters links;

  IntakeMeters(MeterRegistry registry) {
    this.registry = registry;
    recordsSplit = counter("tailrace.split.records", "Split ingest records");
    spansSplit = counter("tailrace.split.spans", "Spans in these records");
    recordsReceived = counter("tailrace.records.received", "Records that reached the sampler");
    spansReceived = counter("tailrace.spans.received", "Spans that reached the sampler");
    bytesReceived =
        Counter.builder("tailrace.received")
            .description("Bytes of the records that reached the sampler")
            .baseUnit(BaseUnits.BYTES)
            .register(registry);
    tracesOpened = counter("tailrace.traces.received", "Opened traces");
    spansLateKept = late("kept");
    spansLateDropped = late("dropped");
    reconsidered = new ReconsiderationMeters(registry);
    links = new LinkMeters(registry);
  }

  private Counter counter(String name, String description) {
    return Counter.builder(name).description(description).register(registry);
  }

  private Counter late(String outcome) {
    return Counter.builder("tailrace.spans.late")
        .description("Spans that arrived after the verdict of their trace")
        .tag("outcome", outcome)
        .register(registry);
  }

  void split(int spanCount) {
    recordsSplit.increment();
    spansSplit.increment(spanCount);
  }

  void received(int bytes, int spanCount) {
    recordsReceived.increment();
    spansReceived.increment(spanCount);
    bytesReceived.increment(bytes);
  }

  void opened() {
    tracesOpened.increment();
  }

  void late(Verdict verdict, int spanCount) {
    (verdict.kept() ? spansLateKept : spansLateDropped).increment(spanCount);
  }

  ReconsiderationMeters reconsidered() {
    return reconsidered;
  }

  LinkMeters links() {
    return links;
  }
}
