package io.tailrace.topology.fleet;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Status report of an instance on the status topic.
 *
 * @param instance record key, and prefix of its client ids in the consumer group
 * @param host host of the instance
 * @param admin advertised host:port of its admin server; empty if it has none, null if not reported
 * @param started ISO 8601, as all times here
 * @param tasks number of its partitions with a known log time
 * @param ingest its ingest topics; empty if not reported
 * @param settings settings that decide for the fleet, as {@code TailraceConfig.ofFleet}; empty if
 *     not reported
 * @param sets by the key of the policy set
 */
public record InstanceStatus(
    String instance,
    String host,
    @Nullable String admin,
    String started,
    int tasks,
    List<String> ingest,
    Map<String, String> settings,
    Map<String, OfSet> sets) {

  public InstanceStatus {
    ingest = ingest == null ? List.of() : List.copyOf(ingest); // earlier releases do not report it
    settings = settings == null ? Map.of() : settings;
    sets = sets == null ? Map.of() : sets; // any JSON object on the topic is read
  }

  /** Returns the address of its admin server, if known. */
  Optional<String> adminAddress() {
    return Optional.ofNullable(admin).filter(address -> !address.isBlank());
  }

  /**
   * Status of one policy set.
   *
   * @param accepted newest valid document, which applies from its activation on
   * @param applied current version of its tasks; null without a task with a known log time
   * @param refused newest document if it is invalid here, else null
   */
  public record OfSet(
      @Nullable Accepted accepted, @Nullable Applied applied, @Nullable Refused refused) {}

  /**
   * Scheduled version.
   *
   * @param version 0 for the bootstrap set
   * @param since wall-clock time at which this instance accepted it
   */
  record Accepted(long version, String since) {}

  /**
   * Current version of the tasks.
   *
   * @param version lowest of all tasks: log time has reached its activation in each of them
   * @param since wall-clock time at which the last task switched to it
   */
  public record Applied(long version, String since) {}

  /**
   * Refused version.
   *
   * @param since wall-clock time of the refusal
   * @param faults reasons, twenty at most
   */
  record Refused(long version, String since, List<String> faults) {
    Refused {
      faults = faults == null ? List.of() : faults;
    }
  }
}
