package io.tailrace.topology.console;

import java.util.List;
import java.util.Map;

/**
 * What an instance says of itself.
 *
 * @param address host:port of its admin server
 * @param name by which it is a member of the group
 * @param started ISO 8601
 * @param state of Kafka Streams
 * @param policies version by which it judges and what it has refused, by key of the policy set
 * @param figures null in the fleet's report, which sums them up
 * @param now the latest figures: of counters per second over the last minute
 */
record InstanceReport(
    String address,
    String name,
    String host,
    String started,
    String state,
    Object policies,
    List<OfPartition> partitions,
    Figures figures,
    Map<String, Double> now) {

  /**
   * A partition that it reads.
   *
   * @param lag records yet to be read; null if not known
   * @param behindSeconds how far its log time is behind the clock; null, with all that follows, if
   *     nothing is decided there
   * @param version of the policies
   */
  public record OfPartition(
      String topic,
      int partition,
      Double lag,
      Double behindSeconds,
      Double overdueSeconds,
      Long traces,
      Long spans,
      Long bytes,
      Long version) {}

  InstanceReport withoutFigures() {
    return new InstanceReport(address, name, host, started, state, policies, partitions, null, now);
  }
}
