package io.tailrace.topology.fleet;

import java.util.List;
import java.util.Map;

/**
 * What an instance says of itself on the status topic.
 *
 * @param instance its key there, and the prefix of its client ids in the consumer group
 * @param host where it runs
 * @param started ISO 8601, as all times here
 * @param tasks partitions that it judges and whose log time is known
 * @param ingest the ingest topics that it reads; none if it does not say
 * @param sets by the key of the policy set
 */
public record InstanceStatus(
    String instance,
    String host,
    String started,
    int tasks,
    List<String> ingest,
    Map<String, OfSet> sets) {

  public InstanceStatus {
    ingest = ingest == null ? List.of() : List.copyOf(ingest); // earlier releases do not say
  }

  /**
   * What it makes of one policy set.
   *
   * @param accepted the newest document that is valid here: it judges from its activation on
   * @param applied what its tasks judge by; null if it has none whose log time is known
   * @param refused the newest document if it is not valid here, else null
   */
  public record OfSet(Accepted accepted, Applied applied, Refused refused) {}

  /**
   * A version that is scheduled.
   *
   * @param version 0: the bootstrap set
   * @param since wall-clock time at which this instance took it
   */
  record Accepted(long version, String since) {}

  /**
   * The version that the tasks judge by.
   *
   * @param version the lowest of all tasks: log time has reached its activation in each of them
   * @param since wall-clock time at which the last of them came to it
   */
  record Applied(long version, String since) {}

  /**
   * A version that is not taken.
   *
   * @param since wall-clock time of the refusal
   * @param faults why, twenty at most
   */
  record Refused(long version, String since, List<String> faults) {}
}
