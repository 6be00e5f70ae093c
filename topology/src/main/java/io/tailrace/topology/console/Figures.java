package io.tailrace.topology.console;

import java.util.List;
import java.util.Map;

/**
 * What an instance, or the fleet, did in the last hour.
 *
 * @param end number of the last step: Unix time divided by its length
 * @param minuteSeconds how much of the last minute is known
 * @param hourSeconds how much of the last hour is known
 * @param series by name; an hour of steps, the oldest first, null where nothing is known
 * @param policies those that judged, in no order
 */
public record Figures(
    long end,
    long minuteSeconds,
    long hourSeconds,
    Map<String, Double[]> series,
    List<OfPolicy> policies) {

  /**
   * What a policy did.
   *
   * @param keeps traces kept because of it, by minute
   */
  public record OfPolicy(String policy, Totals minute, Totals hour, Double[] keeps) {}

  /**
   * Sums.
   *
   * @param traces kept because of it
   * @param spans of these
   * @param bytes of these
   * @param seconds that it took, estimated
   * @param votes by vote
   */
  public record Totals(
      double traces, double spans, double bytes, double seconds, Map<String, Double> votes) {}
}
