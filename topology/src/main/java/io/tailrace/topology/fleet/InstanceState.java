package io.tailrace.topology.fleet;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Status of this instance for its reports. Thread-safe. */
public final class InstanceState {
  private final String instance;
  private final String host;
  private final String admin;
  private final String judgedBy;
  private final List<String> ingest;
  private final Map<String, String> settings;
  private final InstantSource wallClock;
  private final String started;
  private final Map<String, InstanceStatus.Accepted> accepted = new LinkedHashMap<>();
  private final Map<String, InstanceStatus.Refused> refused = new LinkedHashMap<>();
  private InstanceStatus.@Nullable Applied applied;

  /**
   * @param admin advertised host:port of its admin server; empty if it has none
   * @param judgedBy key of the policy set of the tasks
   * @param ingest ingest topics of the instance
   * @param settings settings that decide for the fleet
   */
  public InstanceState(
      String instance,
      String host,
      String admin,
      String judgedBy,
      List<String> ingest,
      Map<String, String> settings,
      InstantSource wallClock) {
    this.instance = instance;
    this.host = host;
    this.admin = admin;
    this.judgedBy = judgedBy;
    this.ingest = List.copyOf(ingest);
    this.settings = Map.copyOf(settings);
    this.wallClock = wallClock;
    this.started = now();
    accepted(judgedBy, 0);
  }

  /** Returns the name of this machine, if known. */
  public static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }

  synchronized void accepted(String key, long version) {
    accepted.put(key, new InstanceStatus.Accepted(version, now()));
    refused.remove(key);
  }

  synchronized void refused(String key, long version, List<String> faults) {
    refused.put(key, new InstanceStatus.Refused(version, now(), List.copyOf(faults)));
  }

  /**
   * Returns the current status.
   *
   * @param tasks number of tasks with a known log time
   * @param judging lowest policy version of the tasks
   */
  public synchronized InstanceStatus status(int tasks, OptionalLong judging) {
    if (judging.isEmpty()) {
      applied = null;
    } else if (applied == null || applied.version() != judging.getAsLong()) {
      applied = new InstanceStatus.Applied(judging.getAsLong(), now());
    }
    Map<String, InstanceStatus.OfSet> sets = new LinkedHashMap<>();
    accepted.forEach((key, version) -> sets.put(key, ofSet(key)));
    refused.forEach((key, version) -> sets.put(key, ofSet(key)));
    return new InstanceStatus(instance, host, admin, started, tasks, ingest, settings, sets);
  }

  private InstanceStatus.OfSet ofSet(String key) {
    return new InstanceStatus.OfSet(
        accepted.get(key), key.equals(judgedBy) ? applied : null, refused.get(key));
  }

  private String now() {
    return Instant.ofEpochMilli(wallClock.millis()).toString();
  }
}
