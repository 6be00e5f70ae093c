package io.tailrace.topology.console;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Figures of an instance, or of the fleet, for the last hour.
 *
 * @param end number of the last step: Unix time divided by the step length
 * @param minuteSeconds known seconds of the last minute
 * @param hourSeconds known seconds of the last hour
 * @param series values by name: one hour of steps, oldest first; null if unknown
 * @param policies figures by policy, unordered
 */
public record Figures(
    long end,
    long minuteSeconds,
    long hourSeconds,
    Map<String, @Nullable Double[]> series,
    List<OfPolicy> policies) {

  /**
   * Figures of a policy.
   *
   * @param keeps traces kept by it, per minute
   */
  public record OfPolicy(String policy, Totals minute, Totals hour, @Nullable Double[] keeps) {}

  /**
   * Sums.
   *
   * @param traces traces kept by it
   * @param spans spans of these traces
   * @param bytes bytes of these traces
   * @param seconds estimated evaluation time
   * @param decided traces that the policy could sample with a known probability
   * @param adjusted sum of the adjusted counts of the sampled ones, an estimate of {@code decided}
   * @param votes number by vote
   */
  public record Totals(
      double traces,
      double spans,
      double bytes,
      double seconds,
      double decided,
      double adjusted,
      Map<String, Double> votes) {}
}
