package io.tailrace.loadtests.shop;

import java.util.Map;

/**
 * Options of the shop's traffic.
 *
 * @param seed equal seeds create equal trace IDs and requests; use a seed once per topic
 * @param spansPerSecond steady rate over all services, above 0
 * @param errorShare share of the traces that have an error, 0 to 1
 * @param keyed whether records are one trace each, keyed by its id, rather than unkeyed batches
 * @param ledgerTraces number of latest traces in the ledger, about 250 bytes each
 * @param producerProperties additional Kafka producer properties
 */
public record TrafficOptions(
    long seed,
    double spansPerSecond,
    double errorShare,
    boolean keyed,
    int ledgerTraces,
    Map<String, String> producerProperties) {

  /**
   * @throws IllegalArgumentException if a value is outside of its range
   */
  public TrafficOptions {
    expect(spansPerSecond > 0, "spansPerSecond", spansPerSecond, "> 0");
    expect(errorShare >= 0 && errorShare <= 1, "errorShare", errorShare, "0 to 1");
    expect(ledgerTraces > 0, "ledgerTraces", ledgerTraces, "> 0");
    producerProperties = Map.copyOf(producerProperties);
  }

  /** Returns defaults: 1000 spans/s, 2 % errors, unkeyed, a ledger of 500,000 traces. */
  public static TrafficOptions seeded(long seed) {
    return new TrafficOptions(seed, 1000, 0.02, false, 500_000, Map.of());
  }

  public TrafficOptions withSpansPerSecond(double spansPerSecond) {
    return new TrafficOptions(
        seed, spansPerSecond, errorShare, keyed, ledgerTraces, producerProperties);
  }

  public TrafficOptions withErrorShare(double errorShare) {
    return new TrafficOptions(
        seed, spansPerSecond, errorShare, keyed, ledgerTraces, producerProperties);
  }

  public TrafficOptions withKeyed(boolean keyed) {
    return new TrafficOptions(
        seed, spansPerSecond, errorShare, keyed, ledgerTraces, producerProperties);
  }

  public TrafficOptions withLedgerTraces(int ledgerTraces) {
    return new TrafficOptions(
        seed, spansPerSecond, errorShare, keyed, ledgerTraces, producerProperties);
  }

  public TrafficOptions withProducerProperties(Map<String, String> producerProperties) {
    return new TrafficOptions(
        seed, spansPerSecond, errorShare, keyed, ledgerTraces, producerProperties);
  }

  static void expect(boolean met, String name, Object value, String expectation) {
    if (!met) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: " + expectation + ")");
    }
  }
}
