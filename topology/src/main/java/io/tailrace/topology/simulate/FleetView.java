package io.tailrace.topology.simulate;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tailrace.topology.buffer.RocksResources;
import io.tailrace.topology.config.Settings;
import io.tailrace.topology.config.TailraceConfig;
import io.tailrace.topology.fleet.ConfiguredWaits;
import io.tailrace.topology.fleet.IngestLookup;
import io.tailrace.topology.fleet.PolicyReports;
import io.tailrace.topology.fleet.PolicyTopic;
import io.tailrace.topology.kafka.ClientProperties;
import io.tailrace.topology.kafka.Pace;
import io.tailrace.topology.kafka.PartitionOfTrace;
import io.tailrace.topology.kafka.SourceLog;
import io.tailrace.topology.kafka.Topics;
import io.tailrace.topology.sampling.Outcomes;
import io.tailrace.topology.sampling.PolicySchedule;
import io.tailrace.topology.sampling.WaitRules;
import io.tailrace.topology.sampling.Waits;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/**
 * View of a fleet for commands with its configuration: the state on the topics as an instance
 * starting now would read it.
 *
 * @param schedule policies by log time, as far as the config topic still has them
 * @param rules rules for the waits of policies
 */
public record FleetView(
    TailraceConfig config, Topics.Source source, PolicySchedule schedule, WaitRules rules) {

  /**
   * Reads the state.
   *
   * @throws StartException if a topic is missing or cannot be read
   */
  public static FleetView of(TailraceConfig config) {
    ClientProperties clients = new ClientProperties(config);
    TailraceConfig looked;
    Topics.Source source;
    try (Admin admin = Admin.create(clients.admin())) {
      looked = new IngestLookup(admin, config).forCommand();
      source = new Topics(admin, looked).look();
    }
    try (PolicyTopic policies =
        PolicyTopic.of(
            config,
            clients.policyLookingConsumer(),
            source,
            new SimpleMeterRegistry(),
            PolicyReports.TO_NOBODY)) {
      policies.start();
      return new FleetView(
          looked, source, policies.schedule(), ConfiguredWaits.rules(looked, source));
    }
  }

  /** Whether the config topic still has this version of the policies. */
  public boolean has(long policyVersion) {
    return schedule.versions().stream().anyMatch(version -> version.number() == policyVersion);
  }

  public PartitionOfTrace partitionOfTrace() {
    return PartitionOfTrace.of(config, source);
  }

  /** Returns a reader of the sampled topic. */
  public SourceLog log(long bytesPerSecond) {
    Map<String, Object> properties = new ClientProperties(config).lookingConsumer();
    return new SourceLog(
        new KafkaConsumer<>(properties),
        config.sourceTopic(),
        source.partitions(),
        new Pace(bytesPerSecond, System::nanoTime, LockSupport::parkNanos),
        InstantSource.system());
  }

  /** Returns the simulation of one partition with these policies. */
  public PartitionSimulation simulation(
      PolicySchedule by, RocksResources resources, Path directory, Outcomes outcomes) {
    return new PartitionSimulation(
        SimulatedTask.of(config, source), by, resources, directory, outcomes);
  }

  /**
   * Time before a stretch at which reading must begin, so that all traces of the stretch are
   * distinguished from late spans of earlier ones, milliseconds.
   */
  public long lead(List<PolicySchedule> schedules) {
    Duration verdicts = config.get(Settings.VERDICT_RETENTION);
    return verdicts.toMillis() + longestUntilVerdict(schedules);
  }

  /** Longest decision wait, without slots; milliseconds. */
  static long longestWait(List<PolicySchedule> schedules) {
    return longest(schedules, Waits::decisionWait);
  }

  /** Longest time from the first span of a trace to its verdict, milliseconds of log time. */
  public static long longestUntilVerdict(List<PolicySchedule> schedules) {
    return longest(schedules, Waits::longest);
  }

  private static long longest(List<PolicySchedule> schedules, ToLongFunction<Waits> wait) {
    return schedules.stream()
        .flatMap(schedule -> schedule.versions().stream())
        .mapToLong(version -> wait.applyAsLong(version.waits()))
        .max()
        .orElse(0);
  }
}
