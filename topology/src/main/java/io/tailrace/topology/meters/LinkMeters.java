package io.tailrace.topology.meters;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tailrace.topology.keep.LinkOutcome;

/** Counts the links from kept traces to others. Thread-safe. */
final class LinkMeters {
  private final Counter requested;
  private final Counter limited;
  private final EnumCounters<LinkOutcome> requests;

  LinkMeters(MeterRegistry registry) {
    requested = followed("requested", registry);
    limited = followed("limited", registry);
    requests =
        new EnumCounters<>(
            LinkOutcome.class,
            outcome ->
                Counter.builder("tailrace.link.requests")
                    .description("Requests for traces that kept traces link to")
                    .tag("outcome", outcome.tag())
                    .register(registry));
  }

  private static Counter followed(String outcome, MeterRegistry registry) {
    return Counter.builder("tailrace.links.followed")
        .description("Traces that kept traces link to")
        .tag("outcome", outcome)
        .register(registry);
  }

  void followed(boolean isRequested) {
    (isRequested ? requested : limited).increment();
  }

  void asked(LinkOutcome outcome) {
    requests.of(outcome).increment();
  }
}
