package io.tailrace.topology.console;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Report of an instance.
 *
 * @param address host:port of the admin server
 * @param name name of the group member
 * @param started start time in ISO 8601
 * @param state of Kafka Streams
 * @param policies applied and refused versions, by key of the policy set
 * @param figures null in the report of the fleet, which contains the sum
 * @param now latest figures; counters are per second over the last minute; {@code heap_bytes} and
 *     {@code heap_max_bytes} are those of the JVM, {@code disk_free_bytes} and {@code
 *     disk_total_bytes} those of the file system of the state directory
 * @param restoring partitions whose state is being restored; null from earlier releases
 */
public record InstanceReport(
    String address,
    String name,
    String host,
    String started,
    String state,
    Object policies,
    List<OfPartition> partitions,
    @Nullable Figures figures,
    Map<String, @Nullable Double> now,
    @Nullable List<Restoring> restoring) {

  /**
   * Restore of one partition.
   *
   * @param done offsets that have been read again
   * @param total offsets to read
   */
  public record Restoring(String topic, int partition, String store, long done, long total) {}

  /**
   * A partition that the instance reads.
   *
   * @param lag unread records; null if unknown
   * @param behindSeconds lag of its log time in seconds; null, like all later fields, if no traces
   *     are decided there
   * @param version policy version
   */
  public record OfPartition(
      String topic,
      int partition,
      @Nullable Double lag,
      @Nullable Double behindSeconds,
      @Nullable Double overdueSeconds,
      @Nullable Long traces,
      @Nullable Long spans,
      @Nullable Long bytes,
      @Nullable Long version) {}

  InstanceReport withoutFigures() {
    return new InstanceReport(
        address, name, host, started, state, policies, partitions, null, now, restoring);
  }
}
