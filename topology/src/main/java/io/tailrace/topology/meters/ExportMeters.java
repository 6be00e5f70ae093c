package io.tailrace.topology.meters;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.BaseUnits;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Counts the output of an instance's tasks. Thread-safe. */
final class ExportMeters {
  private final Counter recordsExported;
  private final Counter bytesExported;
  private final Counter deadLetters;
  private final Counter spansLeftOut;
  private final Counter eventsLeftOut;
  private final Counter redacted;
  private final Counter notRedacted;
  private final Timer decisionDelay;

  ExportMeters(MeterRegistry registry) {
    recordsExported =
        Counter.builder("tailrace.records.exported")
            .description("Records on the export topic")
            .register(registry);
    bytesExported =
        Counter.builder("tailrace.exported")
            .description("Bytes on the export topic")
            .baseUnit(BaseUnits.BYTES)
            .register(registry);
    deadLetters =
        Counter.builder("tailrace.dead.letters")
            .description("Unreadable records and spans")
            .register(registry);
    spansLeftOut = leftOut(registry, "span");
    eventsLeftOut = leftOut(registry, "spanevent");
    redacted = redaction(registry, "redacted");
    notRedacted = redaction(registry, "refused");
    decisionDelay =
        Timer.builder("tailrace.decision.delay")
            .description("Time from the due time of a kept trace to its export")
            .publishPercentileHistogram()
            .minimumExpectedValue(Duration.ofMillis(10))
            .maximumExpectedValue(Duration.ofMinutes(10))
            .register(registry);
  }

  private static Counter leftOut(MeterRegistry registry, String part) {
    return Counter.builder("tailrace.export.left.out")
        .description("Spans and span events that filters left out of kept traces")
        .tag("part", part)
        .register(registry);
  }

  private static Counter redaction(MeterRegistry registry, String result) {
    return Counter.builder("tailrace.spans.redacted")
        .description("Kept spans that redaction changed or refused")
        .tag("result", result)
        .register(registry);
  }

  void leftOut(int spans, int events) {
    spansLeftOut.increment(spans);
    eventsLeftOut.increment(events);
  }

  void redacted() {
    redacted.increment();
  }

  void notRedacted() {
    notRedacted.increment();
  }

  void exported(long delayMillis) {
    decisionDelay.record(Math.max(0, delayMillis), TimeUnit.MILLISECONDS);
  }

  void exportedBytes(int bytes) {
    recordsExported.increment();
    bytesExported.increment(bytes);
  }

  void deadLetter() {
    deadLetters.increment();
  }
}
